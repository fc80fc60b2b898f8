"""A migrated cluster, made once for the many processes of one CI run: each begins from a copy of its files.

    folder=$(python -m tests.prepared) && export OFFMON_TESTS_BEGIN_FROM=$folder

Rules
- A copy is a process's own server, as one that it made itself: no process affects the next.
- It holds for the code that it was made from. Whoever makes it removes it when their run ends.
- Where the caller names a server of their own (DATABASE_URL), it is not used.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from offmon.server.processes.roles import create_roles
from tests.database import DJANGO_MIGRATIONS, Template, answer_at_once, quick_place
from trial.postgres import Cluster, Server

VARIABLE = "OFFMON_TESTS_BEGIN_FROM"
NAME = "offmon_template_prepared"
PARTS = ("data", "secrets")  # of a cluster's home, all that outlives a server


def prepare() -> Path:
    """Make it, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="offmon-", dir=quick_place()))
    folder.chmod(0o711)
    cluster = Cluster(folder / "pg", durable=False)
    cluster.start()
    try:
        create_roles(cluster.superuser_url, cluster.secrets)
        answer_at_once(cluster)
        Template.build(cluster, DJANGO_MIGRATIONS, NAME)
    finally:
        cluster.stop()
    return folder


def is_prepared() -> bool:
    """Whether this process begins from one."""
    return bool(os.environ.get(VARIABLE)) and not os.environ.get("DATABASE_URL")


def copy_to(home: Path) -> None:
    """The files of a cluster that is to be started there; with their owners, who may be others than we."""
    home.mkdir()
    parts = [str(Path(os.environ[VARIABLE], "pg", part)) for part in PARTS]
    subprocess.run(["/bin/cp", "--archive", *parts, str(home)], check=True)


def template_of(server: Server) -> Template:
    """The migrated template that came with the files."""
    return Template(server, NAME)


if __name__ == "__main__":
    sys.stdout.write(f"{prepare()}\n")
