"""A page repeats what the trust file records of a witness, and nothing about its location (issue 3)."""

import pytest

from offmon.core.clock import Period
from offmon.core.formats.keys import Algorithm, SigningKey
from offmon.core.formats.trust_file import TrustedWitness
from offmon.core.ids import Ms
from offmon.server.base.web.witnessed import witnessed
from offmon.words.catalogue import Language, translate

KEY = SigningKey.from_seed("witness.invalid/1", bytes(32), Algorithm.COSIGNATURE).public


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("independent", [True, False])
def test_a_witness_is_named_with_who_runs_it_and_independent_only_where_that_is_recorded(
    language: Language, *, independent: bool
) -> None:
    [line] = witnessed(language, [TrustedWitness(KEY.vkey, "A university", independent, Period(Ms(0), None))])
    said = "".join(text for text, _ in line)
    assert "witness.invalid/1" in said
    assert ("A university", Language.ENGLISH) in line
    assert (translate(language, "watched.independent") in said) is independent
    assert (translate(language, "watched.not-independent") in said) is not independent
