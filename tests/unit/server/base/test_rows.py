"""Rows use core's types, commit to what they show, and are each of one kind (design §5, "Scope")."""

import uuid
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from offmon.core.access.roles import MATRIX, Permission, Role
from offmon.core.errors import Malformed
from offmon.core.formats import commitment
from offmon.core.ids import CHECKS, Digest, Id
from offmon.core.log.audit import EntryOutcome
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.fields import DigestField, EnumField, IdField, TextField
from offmon.server.base.ids import new_id, new_salt
from offmon.server.base.rows import AgencyRow, CaseRow, DirectoryRow, LogRow

MODELS = [model for model in apps.get_models() if model.__module__.startswith("offmon.")]
COMMITTED = [model for model in MODELS if issubclass(model, AgencyRow)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_is_of_one_kind(model: type[Any]) -> None:
    kinds = [kind for kind in (AgencyRow, DirectoryRow, LogRow) if issubclass(model, kind)]
    assert len(kinds) == 1


@pytest.mark.parametrize("model", COMMITTED, ids=lambda model: model._meta.label)
def test_every_committed_row_says_its_kind_and_values_and_names_its_case(model: type[AgencyRow]) -> None:
    assert isinstance(model.KIND, str)
    assert set(model.COMMITS) <= {field.name for field in model._meta.fields}
    assert bool(model.COMMITS) is not hasattr(model, "core")  # its columns, or its record of core
    assert issubclass(model, CaseRow) or "case" not in {field.name for field in model._meta.fields}
    assert model.SUBJECT in {field.name for field in model._meta.fields}


class Note(CaseRow):
    KIND = "note"
    COMMITS = ("words",)

    words = TextField()

    class Meta:
        app_label = "sample_rows"


def test_a_rows_commitment_follows_each_of_its_values_and_its_salt() -> None:
    note = Note(agency=new_id(), case=new_id(), words="one")
    assert note.commitment() == commitment.commit("note", note.salt, {"id": note.id, "words": "one"})
    before = note.touched()
    note.words = "two"
    assert note.touched().commit != before.commit
    assert (note.touched().table, note.touched().id) == (before.table, before.id) == ("note", note.id)
    note.words, note.salt = "one", new_salt()
    assert note.touched().commit != before.commit


def test_an_id_is_32_hex_digits_in_python_and_a_uuid_in_the_database() -> None:
    field, drawn = IdField(), new_id()
    stored = field.get_prep_value(drawn)
    assert stored == uuid.UUID(drawn)
    assert field.from_db_value(stored, None, None) == drawn
    assert CHECKS[Id](drawn)
    for wrong in ("", "x" * 32, drawn.upper() + "0", 7):
        with pytest.raises(ValueError, match="not an id"):
            field.get_prep_value(wrong)
        with pytest.raises(ValidationError):
            field.to_python(wrong)


def test_a_digest_is_64_hex_digits_in_python_and_bytes_in_the_database() -> None:
    field, digest = DigestField(), Digest("ab" * 32)
    assert field.get_prep_value(digest) == bytes.fromhex(digest)
    assert field.from_db_value(bytes.fromhex(digest), None, None) == digest
    with pytest.raises(ValueError, match="not a digest"):
        field.get_prep_value("ab")


def test_a_choice_is_one_of_its_list_and_its_migration_names_none() -> None:
    field = EnumField(EntryOutcome)
    assert field.get_prep_value(EntryOutcome.DENIED) == "denied"
    assert field.from_db_value("denied", None, None) is EntryOutcome.DENIED
    with pytest.raises(ValueError, match="perhaps"):
        field.get_prep_value("perhaps")
    with pytest.raises(Malformed, match="unknown-value"):
        field.from_db_value("perhaps", None, None)
    assert field.deconstruct()[1:] == ("offmon.server.base.fields.TextField", [], {})
    assert field.clone().members is EntryOutcome


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_an_actor_may_what_the_matrix_says(role: Role, permission: Permission) -> None:
    assert Actor(new_id(), role, None, new_id()).may(permission) is (permission in MATRIX[role])


def test_a_process_acts_under_a_name_that_can_be_spelt_out_and_has_no_permission() -> None:
    for name in Service:
        actor = service(name, new_id())
        assert CHECKS[Id](actor.id)
        assert bytes.fromhex(actor.id).rstrip(b"\0").decode() == name
        assert actor.core().role is Role.SERVICE
        assert not any(actor.may(permission) for permission in Permission)
