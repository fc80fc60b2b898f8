"""Every integration test's set-up: one server for the session, one migrated template, one clone for each test."""

from collections.abc import Iterator

import pytest

from offmon.server.processes.roles import create_roles
from tests import prepared
from tests.database import DJANGO_MIGRATIONS, Database, Template, answer_at_once, quick_place, short_folder
from trial.postgres import Server, launch


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A server with Offmon's roles and no database of a test: DATABASE_URL's, else a private one that skips fsync."""
    with short_folder(quick_place()) as folder:
        if prepared.is_prepared():
            prepared.copy_to(folder / "pg")
        server = launch(folder / "pg", durable=False)
        try:
            if not prepared.is_prepared():
                create_roles(server.superuser_url, server.secrets)
                answer_at_once(server)
            yield server
        finally:
            server.destroy()


@pytest.fixture(scope="session")
def migrated_template(postgres_server: Server) -> Iterator[Template]:
    """The template with the product's own schema."""
    begun = prepared.is_prepared()
    template = prepared.template_of(postgres_server) if begun else Template.build(postgres_server, DJANGO_MIGRATIONS)
    yield template
    template.drop()


@pytest.fixture
def empty(migrated_template: Template) -> Iterator[Database]:
    """This test's own database with the product's schema and no row."""
    with migrated_template.clone() as clone:
        yield clone


@pytest.fixture
def database(empty: Database) -> Database:
    """This test's own database. Where every test of a folder begins with a story, one with that story in it."""
    return empty
