"""The form of a device that a person is known to have."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from offmon.core.ids import Id
from offmon.core.person.device_register import MOST_CALLED, DeviceEntry
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console import register_words, visit_words
from offmon.server.faces.console.forms.fields import a_photograph, line, one_of

NOT_MONITORED: Final = "no"


class KnownDeviceForm(Form):
    """A device, or what is now so of it. `enrolled`: the devices to which it may belong."""

    called = line(
        "What do you call it?",
        "So that a colleague finds it, for example: grey laptop with a green sticker. No names of other people",
        "Enter what you call the device",
        most=MOST_CALLED,
    )
    kind = one_of(
        "What kind of device is it?", visit_words.DEVICE_KIND.items(), "Select the kind of device", small=True
    )
    owner = one_of("Whose is it?", register_words.OWNER.items(), "Select whose it is", small=True)
    whereabouts = one_of(
        "Where does it stand?", register_words.WHEREABOUTS.items(), "Select where it stands", small=True
    )
    place = line("Where is it?", "For example: at home, in the kitchen; in the property store", "", required=False)
    enrolled = one_of("Is it monitored?", [], "Select whether it is monitored", small=True)
    why_not = one_of("If it is not monitored, why not?", register_words.WHY_NOT.items(), "", small=True, required=False)
    seen_on = DateField(
        label="When did an officer last have it in the hand?",
        help_text="Leave empty if nobody has. For example, 27 3 2026",
        called="The day on which it was seen",
        required=False,
    )
    until = DateField(
        label="Until when will the person have it?",
        help_text="If you expect an end, such as the end of a loan or a contract. For example, 27 3 2027",
        called="The last day",
        required=False,
    )
    photograph = a_photograph(
        "Photograph of its label", "Place, time and camera are removed from it. No people or other papers on it."
    )
    known = one_of("How do you know?", register_words.KNOWN.items(), "Select how you know", small=True)

    def __init__(self, *args: Any, enrolled: Iterable[Id], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [*((one, f"Yes, as device {one[:8]}") for one in enrolled), (NOT_MONITORED, "No")]
        self.fields["enrolled"].choices = choices  # type: ignore[attr-defined]

    @staticmethod
    def initially(entry: DeviceEntry) -> dict[str, Any]:
        """The fields as they stand, but how this change is known."""
        given = {
            name: getattr(entry, name)
            for name in entry.__slots__
            if name not in {"known", "device", "photograph", "picture"}
        }
        return given | {
            "enrolled": entry.enrolled or NOT_MONITORED,
            "seen_on": date.fromisoformat(entry.seen_on) if entry.seen_on else None,
            "until": date.fromisoformat(entry.until) if entry.until else None,
        }

    def entry(self, device: Id | None) -> DeviceEntry:
        """What the action takes. `device`: of the register; None: a new one."""
        given = dict(self.cleaned_data)
        given.pop("photograph")
        days = {name: one.isoformat() if (one := given.pop(name)) else "" for name in ("seen_on", "until")}
        enrolled = given.pop("enrolled")
        monitored = "" if enrolled == NOT_MONITORED else enrolled
        return DeviceEntry(**given, **days, enrolled=monitored, device=device or "")
