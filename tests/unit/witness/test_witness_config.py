"""The one file that configures a witness, and its key file."""

import stat
from pathlib import Path

import pytest

from offmon.core.errors import Malformed, Refused
from offmon.core.formats.keys import Algorithm, PublicKey
from offmon.witness import config, keyfile
from tests.unit.witness.sample import LOG_KEY, NEXT_LOG_KEY, ORIGIN, WITNESS_KEY

GOOD = f"""
operator = "Example Board"
independent = false
key = "witness.key"
state = "/var/lib/witness/state"

[[logs]]
origin = "{ORIGIN}"
vkeys = ["{LOG_KEY.public.vkey}", "{NEXT_LOG_KEY.public.vkey}"]
"""


def test_a_configuration_is_read_and_listens_on_loopback_unless_told() -> None:
    read = config.parse(GOOD.encode(), base=Path("/etc/witness"))
    assert read == config.Config(
        operator="Example Board",
        independent=False,
        key_file=Path("/etc/witness/witness.key"),
        state_file=Path("/var/lib/witness/state"),
        host="127.0.0.1",
        port=8090,
        logs={ORIGIN: (LOG_KEY.public, NEXT_LOG_KEY.public)},
    )


@pytest.mark.parametrize(("listen", "place"), [("0.0.0.0:80", ("0.0.0.0", 80)), ("[::1]:8091", ("::1", 8091))])  # noqa: S104
def test_it_listens_where_it_is_told(listen: str, place: tuple[str, int]) -> None:
    read = config.parse(f'listen = "{listen}"\n{GOOD}'.encode(), base=Path())
    assert (read.host, read.port) == place


@pytest.mark.parametrize(
    "change",
    [
        ("independent = false", ""),
        ("independent = false", 'independent = "no"'),
        ("independent = false", "independent = false\nindependant = true"),
        ('operator = "Example Board"', ""),
        ('operator = "Example Board"', 'operator = " "'),
        ('operator = "Example Board"', 'operator = "A\\nLog: b"'),
        ('state = "/var/lib/witness/state"', "state = 1"),
        ('state = "/var/lib/witness/state"', 'listen = "8090"\nstate = "s"'),
        ('state = "/var/lib/witness/state"', 'listen = "127.0.0.1:0"\nstate = "s"'),
        ('state = "/var/lib/witness/state"', 'listen = "127.0.0.1:65536"\nstate = "s"'),
        (f'origin = "{ORIGIN}"', ""),
        (f'origin = "{ORIGIN}"', 'origin = "a b"'),
        (f'["{LOG_KEY.public.vkey}", ', "[1, "),
        (f'["{LOG_KEY.public.vkey}", "{NEXT_LOG_KEY.public.vkey}"]', "[]"),
        (LOG_KEY.public.vkey, LOG_KEY.public.vkey.replace("+", "-")),
        (LOG_KEY.public.vkey, WITNESS_KEY.public.vkey),
        ("[[logs]]", "[logs]"),
        ("[[logs]]", f'[[logs]]\norigin = "{ORIGIN}"\nvkeys = ["{LOG_KEY.public.vkey}"]\n[[logs]]'),
        ("[[logs]]", "[[log]]"),
        ("[[logs]]", "= nonsense"),
    ],
)
def test_a_configuration_that_is_not_exact_is_refused(change: tuple[str, str]) -> None:
    assert change[0] in GOOD
    with pytest.raises(Malformed):
        config.parse(GOOD.replace(*change).encode(), base=Path())


def test_a_configuration_without_logs_is_refused() -> None:
    with pytest.raises(Malformed, match="bad-config"):
        config.parse((GOOD.split("[[logs]]", maxsplit=1)[0] + "logs = []").encode(), base=Path())


def test_a_configuration_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no-config"):
        config.load(tmp_path / "nothing")


def test_a_new_key_is_for_its_owner_only_and_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "key"
    public = keyfile.create("witness.invalid/one", path)
    assert public.algorithm is Algorithm.COSIGNATURE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    loaded = keyfile.load(path)
    assert loaded.public == public
    assert PublicKey.parse(public.vkey) == public
    public.verify(loaded.sign(b"text"), b"text")
    before = path.read_bytes()
    with pytest.raises(Refused, match="key-exists"):
        keyfile.create("witness.invalid/two", path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "half \ud800", "\x01"])
def test_a_key_has_a_name_that_notes_can_carry(tmp_path: Path, name: str) -> None:
    with pytest.raises(Malformed, match="bad-name"):
        keyfile.create(name, tmp_path / "key")
    assert not (tmp_path / "key").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    keyfile.create("witness.invalid/one", tmp_path / "key")
    (tmp_path / "key").chmod(mode)
    with pytest.raises(Refused, match="key-exposed"):
        keyfile.load(tmp_path / "key")


def test_a_damaged_key_is_refused_and_its_secret_not_told(tmp_path: Path) -> None:
    path = tmp_path / "key"
    keyfile.create("witness.invalid/one", path)
    good = path.read_text()
    secret = good.split("+", 4)[-1].strip()  # it may hold a plus sign of its own
    swapped = good.replace(secret, secret[:-5] + ("A" if secret[-5] != "A" else "B") + secret[-4:])
    for damaged in ("", "PRIVATE+KEY+", good[:-10], swapped, good.replace("/one", "/two"), good + good, "é" * 50):
        path.write_text(damaged)
        with pytest.raises(Malformed) as refused:
            keyfile.load(path)
        assert secret[:8] not in str(refused.value)
    path.unlink()
    with pytest.raises(Refused, match="no-key-file"):
        keyfile.load(path)
