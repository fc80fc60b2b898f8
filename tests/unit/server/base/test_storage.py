"""A stored file is whole or absent, under its own digest, and never another under the same name."""

from hashlib import sha256
from pathlib import Path

import pytest

from offmon.core.errors import NotAuthentic, Refused
from offmon.server.base.storage.directory import MAX_STORED, Directory


@pytest.fixture
def store(tmp_path: Path) -> Directory:
    return Directory(tmp_path)


def test_what_was_put_is_given_back_under_its_digest(store: Directory, tmp_path: Path) -> None:
    name = store.put(b"enclosed")
    assert name == sha256(b"enclosed").hexdigest()
    assert store.get(name) == b"enclosed"
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o440


def test_the_same_bytes_are_the_same_file_and_nothing_is_replaced(store: Directory, tmp_path: Path) -> None:
    name = store.put(b"enclosed")
    first = (tmp_path / name).stat()
    assert store.put(b"enclosed") == name
    assert (tmp_path / name).stat().st_ino == first.st_ino
    assert len(list(tmp_path.iterdir())) == 1


def test_what_was_changed_or_is_gone_is_not_given(store: Directory, tmp_path: Path) -> None:
    name = store.put(b"enclosed")
    (tmp_path / name).unlink()
    with pytest.raises(NotAuthentic, match="stored-missing"):
        store.get(name)
    (tmp_path / name).write_bytes(b"enclosed?")
    with pytest.raises(NotAuthentic, match="stored-changed"):
        store.get(name)


def test_what_was_removed_is_gone_and_may_be_removed_again(store: Directory, tmp_path: Path) -> None:
    name = store.put(b"enclosed")
    store.remove(name)
    assert list(tmp_path.iterdir()) == []
    store.remove(name)


@pytest.mark.parametrize("name", ["", "..", "../secret", "/etc/passwd", "A" * 64, "a" * 63, f"{'a' * 64}\n", "a\0"])
def test_a_name_never_leads_out_of_the_folder(store: Directory, name: str) -> None:
    for act in (store.get, store.remove):
        with pytest.raises(NotAuthentic, match="stored-name"):
            act(name)


def test_a_link_in_the_place_of_a_file_is_not_followed(store: Directory, tmp_path: Path) -> None:
    name = sha256(b"elsewhere").hexdigest()
    elsewhere = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    elsewhere.write_bytes(b"elsewhere")
    (tmp_path / name).symlink_to(elsewhere)
    with pytest.raises(NotAuthentic, match="stored-missing"):
        store.get(name)


def test_too_much_is_refused_and_leaves_nothing(store: Directory, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="too-large-to-keep"):
        store.put(bytes(MAX_STORED + 1))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no-store"):
        Directory(tmp_path / "not mounted")
