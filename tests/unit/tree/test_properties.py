"""Tests that use Hypothesis are slow, so they are in `tests/property` and `tests/unit` stays fast (design §9)."""

from tests.unit.tree.tree import files, text


def test_no_unit_test_is_a_property_test() -> None:
    assert [str(path) for path in files("tests/unit/*.py") if "\n@given(" in text(path)] == []


def test_each_property_test_lies_under_the_path_of_what_it_is_about() -> None:
    units = {str(path.parent) for path in files("tests/unit/*.py")}
    assert {str(path.parent).replace("tests/property", "tests/unit") for path in files("tests/property/*.py")} <= units
