"""The page of safeguards says what is there: drawn from the register, and every name in it exists. (That each test fails without its
safeguard is `make prove-safeguards`'s to show.)"""

import re
from pathlib import Path

import pytest

from tests.prove.plugin import resolve
from tests.prove.register import PAGE, ROOT, Safeguard, page, safeguards
from tests.server import set_up_django

SAFEGUARDS = safeguards()


def test_the_page_is_drawn_from_the_register() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make safeguards`"


def test_each_safeguard_has_a_number_of_its_own() -> None:
    numbers = [int(one.id.removeprefix("S")) for one in SAFEGUARDS]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("safeguard", SAFEGUARDS, ids=lambda one: one.id)
def test_its_function_exists(safeguard: Safeguard) -> None:
    set_up_django()
    holder, name = resolve(safeguard.function)
    assert callable(getattr(holder, name))


@pytest.mark.parametrize("safeguard", SAFEGUARDS, ids=lambda one: one.id)
def test_its_tests_exist(safeguard: Safeguard) -> None:
    for named in (safeguard.test, *(stop.backstop_test for stop in safeguard.backstops)):
        path, _, test = named.partition("::")
        found = ROOT / path
        assert found.exists()
        assert not test or re.search(rf"def {re.escape(test.partition('[')[0])}\(", Path(found).read_text("utf-8"))
