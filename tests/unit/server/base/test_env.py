"""A process that lacks a setting names it and how to give it; no weak or doubtful value passes (CONTRIBUTING 6)."""

import secrets
from pathlib import Path

import pytest

from offmon.core.errors import Refused
from offmon.server.base import env


def test_a_value_is_itself_or_in_the_file_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "value").write_text("from a file\n")
    assert env.required("X", "a value", {"X": "said"}) == "said"
    assert env.required("X", "a value", {"X_FILE": str(tmp_path / "value")}) == "from a file"
    assert env.optional("X", {}) is None


def test_a_missing_value_stops_the_start_with_what_it_is_and_how_to_give_it() -> None:
    with pytest.raises(Refused, match=r"X is not set\. It is the key of all keys\.[\s\S]*X_FILE") as refusal:
        env.required("X", "the key of all keys", {})
    assert refusal.value.code == "setting-missing"
    with pytest.raises(Refused):
        env.required("X", "a value", {"X": ""})


def test_what_is_listed_is_nothing_where_it_is_not_said() -> None:
    assert env.listed("X", {"X": "43, 43P,"}) == ("43", "43P")
    assert env.listed("X", {"X": ""}) == env.listed("X", {}) == ()


def test_a_value_that_is_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"\[setting-twice\]"):
        env.optional("X", {"X": "one", "X_FILE": str(tmp_path / "value")})


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=str(tmp_path)) as refusal:
        env.optional("X", {"X_FILE": str(tmp_path / "none")})
    assert refusal.value.code == "setting-unreadable"


@pytest.mark.parametrize(
    "weak",
    [
        "k3Zq9-vLw7",
        "a" * 64,
        "django-insecure-3xq!09fjk2lmv83dkwq0aslm",
        "change me: 0123456789 abcdefghijklmnop",
        "abc" * 20,
    ],
)
def test_a_secret_that_nobody_drew_is_refused_and_not_quoted(weak: str) -> None:
    with pytest.raises(Refused) as refusal:
        env.secret("X", "a secret", {"X": weak})
    assert refusal.value.code == "setting-weak-secret"
    assert weak not in refusal.value.message


def test_a_secret_that_was_drawn_is_taken() -> None:
    for _ in range(100):
        drawn = secrets.token_urlsafe(48)
        assert env.secret("X", "a secret", {"X": drawn}) == drawn


def test_numbers_come_with_commas_between_them_and_nothing_else() -> None:
    assert env.numbers("X", "some numbers", {"X": "7, 8"}) == (7, 8)
    for wrong in ("seven", "7,", "7;8"):
        with pytest.raises(Refused, match=r"\[setting-no-number\]"):
            env.numbers("X", "some numbers", {"X": wrong})
