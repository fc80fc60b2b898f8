"""Each test: a database of its own with one agency and one case, and the face as the ingest process runs it."""

from tests.server import set_up_django

set_up_django()

from collections.abc import Iterator  # noqa: E402  # models cannot be imported before Django is set up
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from django.test import override_settings  # noqa: E402

from offmon.core.authority.profile import Profile  # noqa: E402
from offmon.core.formats.keys import PublicKey  # noqa: E402
from offmon.server.base.policies import Process  # noqa: E402
from offmon.server.faces.ingest import receipts  # noqa: E402
from tests.database import Database  # noqa: E402
from tests.integration.ingest.arrange import URL, Agency, Case, InProcess, ingest_settings, keys_in  # noqa: E402
from tests.server import as_process  # noqa: E402
from tests.support.fake_device import FakeDevice  # noqa: E402


@pytest.fixture
def key_files(tmp_path: Path) -> dict[str, str]:
    return keys_in(tmp_path)


@pytest.fixture
def face(database: Database, key_files: dict[str, str]) -> Iterator[InProcess]:
    """The face, with the settings that its process has, on the role that its process has."""
    given = ingest_settings({**key_files, "OFFMON_INGEST_URL": URL})
    receipts.key.cache_clear()
    receipts._checkpoints.clear()
    with override_settings(**given), as_process(database, Process.INGEST):
        yield InProcess()


@pytest.fixture
def receipt_key(face: InProcess) -> PublicKey:
    return receipts.key().public


@pytest.fixture
def agency(database: Database, receipt_key: PublicKey, key_files: dict[str, str]) -> Agency:
    return Agency(database, trust=Path(key_files["OFFMON_TRUST"])).stand(receipt_key)


@pytest.fixture
def case(agency: Agency) -> Case:
    return Case(agency).stand()


@pytest.fixture
def device(case: Case) -> FakeDevice:
    """A device that is enrolled."""
    return case.enrolled(URL)


@pytest.fixture
def profile(case: Case, device: FakeDevice) -> Profile:
    """Its profile: listed sites, since yesterday."""
    return case.sign_profile(device)
