"""The data inventory names every field that can leave a device, and no other (design §7, R-DPA-8)."""

from dataclasses import fields
from typing import Any

from offmon.core import event, profile, protocol, way_in
from offmon.core.inventory import FIELDS, NEVER, Lies
from offmon.core.order import Capability
from tests.unit.reference.drawing import check_drawn, row

LEAVING: dict[str, Any] = {
    "envelope": event.Envelope,
    "claim": event.Claim,
    "body": event.Body,
    "gap": event.Gap,
    "note": event.Note,
    "forgotten": event.ForgottenLeaf,
    "device-checkpoint": event.DeviceCheckpoint,
    "enrol": protocol.Enrol,
    "way-in": way_in.DrawnWayIn,
}


def test_it_names_every_field_that_can_leave_and_no_other() -> None:
    said = [(field.document, field.name) for field in FIELDS]
    assert said == [(name, field.name) for name, kind in LEAVING.items() for field in fields(kind)]


def test_what_is_enclosed_is_what_the_grants_name() -> None:
    for capability in Capability:
        enclosed = [f.name for f in FIELDS if f.lies is Lies.ENCLOSED and capability in f.under]
        assert sorted(enclosed) == list(profile.FIELDS[capability])


def test_only_bodies_are_enclosed_and_all_of_them() -> None:
    assert {f.document for f in FIELDS if f.lies is Lies.ENCLOSED} == {"body"}
    assert {f.document for f in FIELDS if f.lies is Lies.CLEAR} == set(LEAVING) - {"body"}


def test_the_page_is_drawn_from_it() -> None:
    lines = [
        "# Data inventory",
        "",
        "Every field that can leave a device. Drawn from `core/inventory.py`, which a test holds to what is sent. Clear fields of a",
        "disclosure are personal data too; enclosed ones are opened by the vault alone, for one logged request.",
        "",
        row("document", "field", "what it is", "why it is sent", "lies", "under which grant"),
        row(*["---"] * 6),
        *(
            row(
                f.document,
                f"`{f.name}`",
                f.what,
                f.why,
                f.lies,
                ", ".join(f.under) or "any, or none: it tells of the device",
            )
            for f in FIELDS
        ),
        "",
        "## Never collected",
        "",
        *(f"- {what}" for what in NEVER),
    ]
    check_drawn("data-inventory.md", lines)
