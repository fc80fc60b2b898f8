"""Django without a database: the sample face's settings, whatever the rest of the run uses."""

from collections.abc import Iterator

import django
import pytest
from django.conf import settings
from django.test import Client, override_settings

from tests.unit.server.base.web.sample.settings import SETTINGS

if not settings.configured:
    settings.configure(**SETTINGS)
    django.setup()


@pytest.fixture(autouse=True, scope="package")
def sample_face() -> Iterator[None]:
    """The settings of the sample face, for every test here: once, since its templates are compiled anew whenever they are set."""
    with override_settings(**SETTINGS):
        yield


@pytest.fixture
def nobody() -> Client:
    """A browser in which nobody has signed in. A view's own exception becomes the error page, as in production."""
    return Client(raise_request_exception=False)


@pytest.fixture
def reader() -> Client:
    """Somebody who may read."""
    return Client(raise_request_exception=False, headers={"X-Actor": "read"})
