"""Recognises, in free text, identifiers of a police, prison or probation record, and talk of someone's conviction (R-WEB-2).

Rules
- By shape alone. A number with a wrong check letter is a mistyped number, and as unwanted as a right one (R-ID-1, R-ID-4, R-ID-5).
- Spelled as people spell it: either case, digits of any script or in a ring, any dash, stroke or space of Unicode, invisible characters
  between, Greek or Cyrillic letters that look like ours, a mark or bracket between the parts. Also with its label glued on
  (`PNC2086/0000000A`), the stroke in words (`2086 slash 0000000A`), or letters typed for digits (`2O86/OOOOOOOA`). Also pasted out of an
  address or a page's source (`%2F`, `&#47;`).
- The shapes: PNC `2086/0000000A`, `86/1A`, `20860000000A`, `0000000A/2086`; CRO `1/86A`, `SF86/1A`; prison number `A8600AA`; CRN `A860000`.
  A hyphen or a space may replace the stroke if its surroundings are too long for a date, telephone or house number. A single letter counts
  only beside such digits, since `a` and `I` are words.
- After a label, any shape counts in the same question: five digits, however separated, or a prison number's four and its letters
  (`the CRN of my son is A 86 0 000`). This catches unforeseen spellings. A telephone number there is refused too, and the writer takes it
  out.
- `tells_of_someone`: a likely name (`Alex Mustermann`, `ALEX MUSTERMANN`) in one sentence with a word for a conviction or an order. **A
  hint, and cannot be complete**: it knows no names. It misses one in small letters, and may stop a question about a place. Above the box,
  the page warns the writer and asks about it.
"""

import html
import re
import unicodedata
from typing import Final

from offmon.core.text.invisible_text import unseen

_STARTS: Final = (
    r"(?:(?<![A-Z0-9])|"
    + "|".join(f"(?<={label})" for label in ("PNC", "CRO", "CRN", "NOMS", "NOMIS", "ID", "NO", "NUMBER", "REF"))
    + ")"
)
_YEAR: Final = r"(?:19|20)\d{2}"
_ALONE: Final = r"(?<!\d[/-])"  # no part of a date such as 12/03/2026
_LETTER: Final = "(?:[A-Z]| [B-HJ-Z])"
_PART: Final = r" ?[^A-Z0-9 ]{1,2} ?"
_MARK: Final = r" ?[-()\[\]{}<>*+~=|:/#]{1,2} ?"
_SHAPES: Final = re.compile(
    _STARTS
    + "(?:"
    + "|".join(
        (
            rf"(?:\d{{2}}|{_YEAR}) ?[/ ._-] ?\d{{5,7}}[ -]?[A-Z]",  # PNC
            rf"{_ALONE}(?:\d{{2}}|{_YEAR}) ?[^A-Z0-9 ]{{1,3}} ?\d{{5,7}}{_LETTER}",  # PNC, with something else for its stroke
            rf"{_ALONE}{_YEAR} ?[/._] ?\d{{7}}",  # PNC, as it is quoted without its letter
            rf"{_ALONE}(?:\d{{2}}|\d{{4}}) ?/ ?\d{{1,7}}{_LETTER}",  # PNC, its zeros left out
            rf"(?:\d{{2}}|{_YEAR})\d{{7}}[ -]?[A-Z]",  # PNC without its stroke
            rf"{_ALONE}\d{{5,6}} ?[/-] ?\d{{2}}[ -]?[A-Z]",  # CRO
            rf"{_ALONE}\d{{4,6}}[ -]\d{{2}}[A-Z]",  # CRO, its letter close to it
            rf"{_ALONE}\d{{1,6}} ?/ ?\d{{2}}{_LETTER}",  # CRO, its zeros left out
            r"SF ?\d{2} ?[/ -]? ?\d{1,6}[ -]?[A-Z]",  # CRO, special form
            rf"\d{{5,7}}[A-Z] ?/ ?(?:\d{{2}}|{_YEAR})",  # PNC, its year last
            r"[A-Z]-?\d{2}-?\d{2}[/-]?[A-Z]{2}S?",  # prison number, or several
            rf"[A-Z](?P<same>[._])(?!{_YEAR})\d{{4}}(?P=same)[A-Z]{{2}}",  # with what parts it twice, unlike an address or a file
            r"[A-Z]-?\d{3}[ .-]?\d{3}",  # CRN
            r"[A-Z](?:\.\d{6}|\d{2}-\d{2}-\d{2})",
            # Their parts in brackets, or with a mark on either side, as nobody writes a date or telephone number.
            rf"{_ALONE}(?:\d{{2}}|{_YEAR}){_PART}\d{{7}}(?:{_PART}| )?[A-Z]",
            rf"{_ALONE}\d{{5,6}} ?[-/|:_] ?\d{{2}} ?[-/|:_] ?[A-Z]",
            rf"{_ALONE}\d{{1,6}} ?/ ?\d{{2}} ?/ ?[A-Z]",
            rf"SF(?:{_PART}| )?\d{{2}}(?:{_PART})?\d{{1,6}}(?:{_PART})?[A-Z]",
            rf"[A-Z]{_MARK}(?!{_YEAR})\d{{4}}{_MARK}[A-Z](?:{_MARK})?[A-Z]S?",
            rf"[A-Z] ?(?!{_YEAR})\d{{4}}[-()\[\]*+~=|:/]{{1,2}}[A-Z]{{2}}S?",
            r"(?:[A-Z][(\[{|*#/]|[B-HJ-Z](?: ?[(\[{|*#/] ?| - ))\d{3}[^A-Z0-9,]{0,2}\d{3}",
        )
    )
    + ")(?![A-Z0-9])"
)
# Where its digits stand apart, others before it run into it; the stroke still tells it from a telephone number.
_RUN_INTO: Final = re.compile(r"\d{2} ?/ ?\d{5,7}[ -]?[A-Z](?![A-Z0-9])")
# With spaces, these are told from "a 2024 EU rule" and "the A1234 is closed" by their capitals, and by no year standing in them.
_SPACED: Final = re.compile(
    rf"(?<![A-Za-z0-9])(?:[A-Z] (?!{_YEAR})\d{{4}} ?[A-Z][. ]?[A-Z]|[A-Z]\d{{4}} (?:[A-Z]\.?|[B-HJ-Z] )[A-Z]|[B-HJ-Z] \d{{6}})"
    r"(?![A-Za-z0-9])"
)
_LABEL: Final = r"(?:PNC|CRO|CRN|NOMI?S|PRISON N(?:O|UM(?:BER)?)|(?:OFFENDER|PRISONER) N(?:O|UM(?:BER)?)|RHIF CARCHAR)"
_BETWEEN: Final = (
    r"(?:[^A-Z0-9]*(?:ID|NO|NUM|NUMBER|REF|REFERENCE|IS|WAS|RHIF|YW|OEDD)\b)*[^A-Z0-9]*"  # "my CRN number is"
)
_APART: Final = r"[^A-Z0-9]{0,3}"
_LABELLED: Final = re.compile(
    rf"{_LABEL}{_BETWEEN}"
    rf"(?:[A-Z]{{0,2}}(?:{_APART}\d){{5}}|[A-Z](?:{_APART}\d){{4}}{_APART}[A-Z]{_APART}[A-Z](?![A-Z0-9]))"
)
_AFTER_LABEL: Final = re.compile(rf"{_LABEL}([^?!]{{0,60}})")
_WHEN: Final = re.compile(rf"(?<![0-9A-Z])(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-])?{_YEAR}(?![0-9A-Z])")  # a year or a day
_DIGITS: Final = 5
_SAID: Final = re.compile(r" ?\b(?:(?:FORWARD|BACK) ?)?(?:SLASH|STROKE|OBLIQUE|BLAENSLAES)\b ?")
_PARTED: Final = re.compile(r"(?<=\d) (?=\d)")
_RUNS: Final = re.compile(r"[A-Z0-9]++(?:[/.-]++[A-Z0-9]++)*+")  # each is gone through once, however long it is
_TWO_DIGITS: Final = re.compile(r"\d[^0-9]*\d")
_TYPED_FOR: Final = str.maketrans("OILS", "0115")
_STROKES: Final = dict.fromkeys(map(ord, "\\\u2044\u2215\u29f8\u29f5\u2571"), "/")
_RINGED: Final = (
    *range(0x2460, 0x249C),
    *range(0x24EA, 0x2500),
    *range(0x2776, 0x2794),
    *range(0x1F100, 0x1F10D),
)  # or in brackets
_LETTERED: Final = (
    0x249C,
    0x1F110,
    0x1F150,
    0x1F170,
    0x1F1E6,
)  # where twenty-six letters begin that are ringed, bracketed or a flag's
_LOOKS: Final = (
    ("АВЕЅІЈКМНОРСТУХҮԌԚԜӨЗавекморстухіјѕһԁԛԝөз", "ABESIJKMHOPCTYXYGQWO3abekmopctyxijshdqwo3"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹαβεικνορτυχϲ", "ABEZHIKMNOPTYXCabeiknoptyxc"),
    ("ØøıŁłꓮᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ", "OoiLlAABCDEHJKLMPRSTVWZ"),
)
_ALIKE: Final[dict[int, str]] = {
    **{code: str(digit) for code in _RINGED if (digit := unicodedata.digit(chr(code), None)) is not None},
    **{begin + nth: chr(ord("A") + nth) for begin in _LETTERED for nth in range(26)},
    **{ord(one): ours for theirs, all_ours in _LOOKS for one, ours in zip(theirs, all_ours, strict=True)},
}
"""What looks like a digit or a letter of ours and is another character, which normalising leaves as it is."""
_SPACES: Final = re.compile(r"\s+")
_PERCENT: Final = re.compile("%([0-7][0-9A-Fa-f])")  # pasted out of an address
_UNREADABLE: Final = re.compile("(?<=&#)[0-9]{4000,}")  # of no character, and longer than Python reads a number
_PASTED: Final = 3  # times over, as what is pasted out of a page's address in a page's source is

_SENTENCE: Final = re.compile(r"[.?!;\n]+\s*")
_RECORD: Final = re.compile(
    r"\b(?:convict(?:ed|ion)|(?:re)?offend(?:er|ed|ing)|on (?:a |the )?licence|on probation|on the register|sentenced|jailed|SHPO|SRO"
    r"|p(?:a)?edophile|abus(?:er|ed|ing)|rap(?:ist|ed)|stalk(?:er|ed|ing)"
    r"|euogfarn\w*|troseddwr\w*|ar drwydded|ar brawf|dedfryd\w*)\b",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"\b(?:[A-Z][A-Za-z'’-]*[a-z] [A-Z][A-Za-z'’-]*[a-z]|[A-Z][A-Z'’-]{2,} [A-Z][A-Z'’-]{2,})\b")
_OF_A_NAME: Final = (
    60  # letters that are looked at of a word: no name is longer, and a longer word takes the square of its length
)
_OF_NO_NAME: Final = """
a act an and are at british can centre chief commissioner computer convicted court criminal crown cyber data department do does
england english european for force foundation harm has high home how human if in information internet is its justice kingdom
licence london magistrates ministry my national no northern of offence offences offender offenders office officer offmon on order
orders parole police prevention prison privacy probation protection register registered rights risk scotland security service
services sex sexual should so the their there they this to union united violent wales watch welsh what when where which who why
will with would you your beth dim heddlu mae oes pam prawf pryd pwy sut yr
shpo sro uk gdpr mappa visor nhs bbc
"""  # capitals of the law, of offices and of a sentence's beginning
_NO_NAME: Final = frozenset(_OF_NO_NAME.split())


def mentioned(text: str) -> bool:
    """Whether the text holds something of the shape of such an identifier."""
    plain = _plain(text)
    spoken = _SAID.sub("/", plain.upper())
    meant = _RUNS.sub(lambda run: _meant(run[0]), spoken)
    joined = _PARTED.sub("", spoken)
    shaped = any(_SHAPES.search(way) or _LABELLED.search(way) for way in (plain.upper(), spoken, meant, joined))
    return shaped or any((_RUN_INTO.search(joined), _SPACED.search(plain), _stands_after_a_label(spoken)))


def _meant(run: str) -> str:
    """A number, which has two digits at least, with digits for the letters that were typed for them; its last may be a letter."""
    return run[:-1].translate(_TYPED_FOR) + run[-1] if _TWO_DIGITS.search(run) else run


def tells_of_someone(text: str) -> bool:
    """Whether a sentence of the text seems to tell of a named person's conviction or order. A hint; see above."""
    visible = "".join(char for char in unicodedata.normalize("NFC", text) if char.isspace() or not unseen(char))
    return any(_RECORD.search(said) and _names_someone(said) for said in _SENTENCE.split(visible))


def _stands_after_a_label(upper: str) -> bool:
    rests = (_WHEN.sub("", rest) for rest in _AFTER_LABEL.findall(upper))
    return any(sum(map(str.isdigit, rest)) >= _DIGITS for rest in rests)


def _names_someone(sentence: str) -> bool:
    words = _SPACES.sub(" ", unicodedata.normalize("NFKD", sentence))
    words = "".join(char for char in words if unicodedata.category(char) != "Mn")
    if words.isupper():  # shouted: capitals tell nothing
        words = words.lower()
    pairs = zip(words.split(" "), words.split(" ")[1:], strict=False)
    found = (_NAME.search(f"{first[-_OF_A_NAME:]} {second[:_OF_A_NAME]}") for first, second in pairs)
    return any(pair is not None and not set(pair.group().lower().split(" ")) & _NO_NAME for pair in found)


def _plain(text: str) -> str:
    """The text as it would be typed on a plain keyboard: one kind of dash, stroke, space and digit, and nothing unseen."""
    decoded = text
    for _ in range(_PASTED):
        decoded = _PERCENT.sub(lambda found: chr(int(found[1], 16)), decoded)
        decoded = html.unescape(_UNREADABLE.sub("", decoded))
    written = unicodedata.normalize("NFKD", decoded.translate(_ALIKE)).translate(_ALIKE).translate(_STROKES)
    return _SPACES.sub(" ", "".join(map(_typed, written)))


def _typed(char: str) -> str:
    kind = unicodedata.category(char)
    if kind in {"Mn", "Me"} or (unseen(char) and not char.isspace()):
        return ""
    if kind == "Pd" or char == "\u2212":
        return "-"
    return str(unicodedata.digit(char)) if kind == "Nd" else char
