"""A restart of PostgreSQL costs no request: connections that were open are not lent again (issue 16)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from offmon.server.base.policies import Process
from offmon.server.base.settings import common
from offmon.server.processes.roles import create_roles
from tests.database import short_folder
from tests.server import set_up_django
from trial.databases import create_database
from trial.postgres import Cluster

set_up_django()


@contextmanager
def restarted() -> Iterator[Cluster]:
    """A server that the test may stop."""
    with short_folder() as folder:
        cluster = Cluster(folder / "pg", durable=False)
        cluster.start()
        try:
            create_roles(cluster.superuser_url, cluster.secrets)
            create_database(cluster, "of_ours")
            yield cluster
        finally:
            cluster.destroy()


def test_no_request_meets_a_connection_of_before_a_restart() -> None:
    with restarted() as cluster:
        given = common.database(cluster.url("of_ours", Process.WEBSITE), Process.WEBSITE)
        settings = connections.configure_settings({"default": given})["default"]
        requests = [DatabaseWrapper(settings, "restarted") for _ in range(3)]
        try:
            for _ in range(2):
                for request in requests:  # all at once, so that each has a connection of its own
                    with request.cursor() as cursor:
                        cursor.execute("select 1")
                for request in requests:
                    request.close()
                cluster.stop()
                cluster.start()
        finally:
            requests[0].close_pool()
