"""The trust file that a reader brings (formats §10)."""

from dataclasses import replace
from typing import Any

import pytest

from offmon.core.clock import Period
from offmon.core.formats import codec, trust_file
from offmon.core.formats.keys import Algorithm, SigningKey
from offmon.core.formats.trust_file import Root, TrustedAgency, TrustedWitness, TrustFile
from offmon.core.ids import Ms, Origin
from tests.unit.core.samples import code_of, ident, key, on

ROOT, OLD = key("root.invalid/one"), key("root.invalid/old")
WITNESS = SigningKey.from_seed("witness.invalid/one", bytes(range(32)), Algorithm.COSIGNATURE)
SINCE, CHANGE = on(2026, 1, 1), on(2026, 6, 1)
TRUST = TrustFile(
    max_lag_s=86_400,
    quorum=1,
    agencies=(
        TrustedAgency(
            ident("force"),
            Origin("log.invalid/86"),
            (Root(OLD.public.vkey, Period(SINCE, CHANGE)), Root(ROOT.public.vkey, Period(CHANGE, None))),
        ),
    ),
    witnesses=(TrustedWitness(WITNESS.public.vkey, "A university of nowhere", True, Period(SINCE, None)),),
)
DATA = codec.dump(TRUST)


def test_it_is_read_with_and_without_a_last_newline() -> None:
    assert trust_file.load(DATA) == trust_file.load(DATA + b"\n") == TRUST


def test_roots_are_good_in_their_time() -> None:
    assert TRUST.roots_of(ident("force"), SINCE) == (OLD.public,)
    assert TRUST.roots_of(ident("force"), CHANGE) == (ROOT.public,)
    assert TRUST.roots_of(ident("force"), Ms(SINCE - 1)) == ()


def test_an_agency_that_it_does_not_name_is_not_trusted() -> None:
    assert code_of(TRUST.agency, ident("other")) == "unknown-agency"
    assert code_of(TRUST.roots_of, ident("other"), SINCE) == "unknown-agency"


@pytest.mark.parametrize(("changed", "refused"), [({"quorum": 0}, "no-quorum"), ({"quorum": 2}, None)])
def test_it_asks_for_a_witness(changed: dict[str, Any], refused: str | None) -> None:
    assert code_of(trust_file.load, codec.dump(replace(TRUST, **changed))) == refused


@pytest.mark.parametrize(
    "data",
    [
        DATA.replace(b'"quorum":1', b'"quorum":-1'),
        DATA.replace(b'"max_lag_s":86400', b'"max_lag_s":-1'),
        DATA.replace(b'"quorum":1', b'"quorum": 1'),
        DATA.replace(b'"quorum":1', b'"quorum":1,"quorum":0'),
        DATA.replace(b"offmon/trust@1", b"offmon/trust@2"),
        DATA[:-1] + b',"z":1}',
    ],
)
def test_a_trust_file_that_says_anything_else_is_refused(data: bytes) -> None:
    assert data != DATA
    assert code_of(trust_file.load, data) is not None
