"""Each test has a database of its own (design §9), and the template can always be copied."""

import secrets
import sys

import psycopg
import pytest

from offmon.server.base.policies import MIGRATE
from tests.database import Template
from tests.integration.postgres.sample import migrate_sample
from trial.databases import MigrationFailed, create_database, database_exists, drop_database, migrate, seal
from trial.postgres import Server


def test_what_one_clone_commits_no_other_sees(sample_template: Template) -> None:
    with sample_template.clone() as first, sample_template.clone() as second:
        with first.connect("offmon_ingest") as connection:
            connection.execute("insert into audit default values")
            connection.execute("insert into batch values (7)")
        with second.connect("offmon_console") as connection:
            assert connection.execute("select * from batch").fetchall() == []
    with sample_template.clone() as third, third.connect("offmon_console") as connection:
        assert connection.execute("select * from batch").fetchall() == []


def test_a_clone_is_gone_after_its_test_even_when_a_connection_leaked(sample_template: Template) -> None:
    with sample_template.clone() as clone:
        leaked = psycopg.connect(clone.url("offmon_ingest"))
    assert not database_exists(sample_template.server, clone.name)
    with pytest.raises(psycopg.OperationalError):
        leaked.execute("select 1")
    leaked.close()


def test_a_template_that_somebody_still_uses_is_cloned_all_the_same(postgres_server: Server) -> None:
    name = f"offmon_busy_{secrets.token_hex(4)}"
    create_database(postgres_server, name)
    migrate(postgres_server, name, migrate_sample)
    busy = psycopg.connect(postgres_server.url(name, MIGRATE))
    try:
        seal(postgres_server, name)
        with Template(postgres_server, name).clone() as clone, clone.connect("offmon_console") as connection:
            assert connection.execute("select count(*) from batch").fetchone() == (0,)
        with pytest.raises(psycopg.OperationalError, match="not currently accepting connections"):
            psycopg.connect(postgres_server.url(name, MIGRATE))
    finally:
        busy.close()
        drop_database(postgres_server, name)


def test_a_migration_may_be_a_command_that_finds_the_url_in_its_environment(postgres_server: Server) -> None:
    script = "import os, psycopg; psycopg.connect(os.environ['OFFMON_DATABASE_URL'], autocommit=True).execute('create table done()')"
    template = Template.build(postgres_server, [sys.executable, "-c", script])
    try:
        with template.clone() as clone, clone.connect_as_owner() as connection:
            assert connection.execute("select to_regclass('done') is not null").fetchone() == (True,)
    finally:
        template.drop()


def test_a_migration_that_fails_says_why_and_leaves_no_database(postgres_server: Server) -> None:
    with psycopg.connect(postgres_server.superuser_url) as connection:
        before = connection.execute("select datname from pg_database order by 1").fetchall()
    with pytest.raises(MigrationFailed, match="the reason"):
        Template.build(postgres_server, [sys.executable, "-c", "raise SystemExit('the reason')"])
    with psycopg.connect(postgres_server.superuser_url) as connection:
        assert connection.execute("select datname from pg_database order by 1").fetchall() == before


def test_only_offmons_roles_may_connect_to_a_clone(sample_template: Template, postgres_server: Server) -> None:
    with sample_template.clone() as clone, psycopg.connect(postgres_server.superuser_url, autocommit=True) as superuser:
        superuser.execute("create role stranger login password 'stranger'")
        try:
            url = clone.url("offmon_console")
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(url, user="stranger", password="stranger")
        finally:
            superuser.execute("drop role stranger")
