"""Which keys sign an agency's log: its own and, while its file is there, the one that takes over (formats §2)."""

from pathlib import Path

from django.test import override_settings

from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Id
from offmon.server.processes.worker.service import log_of


class Agency:
    """What `log_of` asks of an agency's row."""

    id = Id("a" * 32)
    origin = "force.invalid/86/log"


def vkeys(folder: Path) -> list[str] | None:
    with override_settings(OFFMON_LOG_KEYS=str(folder)):
        log = log_of(Agency())  # type: ignore[arg-type]  # the two fields that it reads
    return None if log is None else [key.vkey for key in log.keys]


def test_one_key_then_two_and_an_agency_without_one_is_another_workers(tmp_path: Path) -> None:
    old, new = (SigningKey.from_seed(Agency.origin, bytes([n]) * 32) for n in (1, 2))
    assert vkeys(tmp_path) is None
    (tmp_path / f"{Agency.id}.next").write_bytes(new.private.private_bytes_raw())
    assert vkeys(tmp_path) is None
    (tmp_path / Agency.id).write_bytes(old.private.private_bytes_raw())
    assert vkeys(tmp_path) == [old.public.vkey, new.public.vkey]
    (tmp_path / f"{Agency.id}.next").replace(tmp_path / Agency.id)
    assert vkeys(tmp_path) == [new.public.vkey]
