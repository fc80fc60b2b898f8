"""An order or licence with its conditions, on one page: those that another document of the person has too, and new ones.

The same words are never typed twice: of a condition that stands in another document only the page is asked.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField

from offmon.core import clock
from offmon.core.authority.bases import BASES
from offmon.core.authority.capability import Capability
from offmon.core.authority.order import DeviceKind, Term, TermKind
from offmon.core.clock import Period
from offmon.core.ids import Id, Ms
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.fields import MAX_TOLD, device_kinds, one_of, some_of, text
from offmon.server.faces.console.forms.orders import InstrumentForm
from offmon.server.orders.actions import TermEntry
from offmon.words.catalogue import Language

BLOCKS: Final = 3
PARTS: Final = ("effect", "verbatim", "person_text", "person_text_welsh", "source_page", "capabilities", "device_kinds")
NEEDED: Final = {
    "effect": "Select the type of condition {}",
    "verbatim": "Enter the words of condition {}",
    "person_text": "Enter the words for the person of condition {}",
    "source_page": "Enter the page of condition {}",
}


def _page(label: str, hint: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=hint,
        min_value=1,
        required=False,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
        error_messages=dict.fromkeys(("invalid", "min_value"), "Enter the page number"),
    )


class NewDocumentForm(InstrumentForm):
    """What the document says of itself, and up to `BLOCKS` conditions; more are added afterwards."""

    def __init__(self, *args: Any, like: Sequence[tuple[Term, str]], language: Language, **kwargs: Any) -> None:
        """`like`: the conditions of the person's other documents, each with its document's reference. `language`: the person's own."""
        super().__init__(*args, **kwargs)
        self.of_document = list(self.fields)
        self.like = {f"same_{term.id}": term for term, _ in like}
        for term, reference in like:
            hint = f"It is in {reference} too. Leave empty if it is not in this document"
            self.fields[f"same_{term.id}"] = _page(f"“{term.person_text}” On which page is it?", hint)
        for number in range(1, BLOCKS + 1):
            self.fields |= {f"c{number}_{part}": field for part, field in _block(number).items()}
            if language is not Language.WELSH:
                del self.fields[f"c{number}_person_text_welsh"]

    @property
    def details(self) -> Iterable[BoundField]:
        """The boxes about the document itself."""
        return [self[name] for name in self.of_document]

    @property
    def same(self) -> Iterable[BoundField]:
        """A box for each condition that another document has."""
        return [self[name] for name in self.like]

    @property
    def blocks(self) -> Iterable[tuple[int, list[BoundField]]]:
        """The boxes of each new condition, by its number."""
        names = {number: [f"c{number}_{part}" for part in PARTS] for number in range(1, BLOCKS + 1)}
        return [(number, [self[name] for name in of_it if name in self.fields]) for number, of_it in names.items()]

    def clean(self) -> dict[str, Any]:
        """A condition that is begun is whole, and where the law asks for a last day there is one."""
        given = super().clean() or {}
        begun = [number for number in range(1, BLOCKS + 1) if self._is_begun(number, given)]
        for number in begun:
            for part, message in NEEDED.items():
                name = f"c{number}_{part}"
                if name not in self.errors and not given.get(name):
                    self.add_error(name, message.format(number))
        has_terms = begun or any(given.get(name) for name in self.like)
        if has_terms and BASES[self.basis].needs_end and not given.get("until_on") and "until_on" not in self.errors:
            self.add_error("until_on", "Enter its last day. A document of this type always has one")
        return given

    def _is_begun(self, number: int, given: dict[str, Any]) -> bool:
        return any(given.get(f"c{number}_{part}") for part in PARTS if f"c{number}_{part}" in self.fields)

    def terms(self, words_of: Callable[[Id], str]) -> list[TermEntry]:
        """What the action takes. `words_of`: the court's own words of a condition of another document."""
        given = self.cleaned_data
        period = clock.days(given.get("effective_on") or given["made_on"], given["until_on"])
        same = [
            TermEntry(
                *(term.effect, words_of(term.id), term.person_text, given[name], term.capabilities),
                *(Period(self._since(term, period), period.until), term.person_text_welsh, term.device_kinds),
            )
            for name, term in self.like.items()
            if given[name]
        ]
        return [*same, *(self._term(number, period) for number, _ in self.blocks if self._is_begun(number, given))]

    def _since(self, term: Term, period: Period) -> Ms:
        """A condition that a variation keeps began when it did; so its years are counted from there (SA20 s.347)."""
        return term.since if term.instrument == self._varies() else period.since

    def _term(self, number: int, period: Period) -> TermEntry:
        effect, verbatim, told, welsh, page, capabilities, devices = (
            self.cleaned_data.get(f"c{number}_{part}") for part in PARTS
        )
        collected = tuple(Capability(one) for one in capabilities or ())
        kinds = tuple(DeviceKind(one) for one in devices or ())
        return TermEntry(
            TermKind(str(effect)), str(verbatim), str(told), int(page or 0), collected, period, welsh, kinds
        )


def _block(number: int) -> dict[str, forms.Field]:
    effect = one_of(
        "Type of condition", [(kind.value, called) for kind, called in words.TERM.items()], "", required=False
    )
    return {
        "effect": effect,
        "verbatim": text(
            "Words of the document", "Exactly as written. They may name a victim", "", rows=4, required=False
        ),
        "person_text": text(
            "Words for the person", "In plain words, without anyone’s name", "", rows=2, most=MAX_TOLD, required=False
        ),
        "person_text_welsh": text("Words for the person in Welsh", "", "", rows=2, most=MAX_TOLD, required=False),
        "source_page": _page(f"On which page is condition {number}?"),
        "capabilities": some_of("Which collection does it make necessary?", words.CAPABILITY.items()),
        "device_kinds": device_kinds(),
    }
