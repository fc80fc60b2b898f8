"""A template with the sample schema, so that the plumbing is tested without the product's own."""

from collections.abc import Iterator

import pytest

from tests.database import Database, Template
from tests.integration.postgres.sample import migrate_sample
from trial.postgres import Server


@pytest.fixture(scope="session")
def sample_template(postgres_server: Server) -> Iterator[Template]:
    template = Template.build(postgres_server, migrate_sample)
    yield template
    template.drop()


@pytest.fixture
def sample(sample_template: Template) -> Iterator[Database]:
    with sample_template.clone() as clone:
        yield clone
