"""matching: a device that holds 10,000 phrases and 100,000 sites, and a page of 100 KB.

- `matching.memory`: what those lists and the automaton's library add to an agent's private memory, of 20 MiB.
- `matching.page`: all that the agent does to look a page through (excluded places, sites, words in one form, phrases), of 3 ms. The page is
  a search engine's, in English as it is typeset, with a few listed phrases on it.
- `matching.of_automaton`: that, as a share of what the automaton alone does in the same time with the same phrases, handed the words in
  their one form.

What limits it: to bring words into their one form (`words_ms`) takes as long as the automaton on an English page, and two to four times as
long in Welsh or Cyrillic, though no step of it is done letter by letter.

The lists come as they do in production: signed, enclosed to the device, as many to a list as an agency may put there, in one update. The
device is a process of its own (`bench.matched`).
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench.ground import Ground, clean
from bench.result import Found, NotMeasured
from offmon.core.authority.capability import Capability
from offmon.core.authority.lists import ListEntry
from offmon.core.formats import codec, dsse
from offmon.core.formats.event import Gravity
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Ms, Slug
from offmon.match.exclusions_default import default_exclusions
from offmon.server.detectors.entries import MAX_ENTRIES
from tests.integration.agent.devices import AGENT_UID
from tests.support.fake_agency import FakeAgency

NOW: Final = Ms(1_800_000_000_000)
PHRASES: Final = 10_000
SITES: Final = 100_000
PAGE_BYTES: Final = 100 << 10
PAGE_MS: Final = 3.0
MEMORY_MIB: Final = 20.0
LISTED_ON_A_PAGE: Final = 2
KIND: Final = "english"
LETTERS: Final = {
    "plain": "eeeettaaooiinnsshhrrdlcumwfgypbvk",
    "english": "eeeettaaooiinnsshhrrdlcumwfgypbvk",
    "welsh": "aaayyyiiieeednnrrolwwgdthfcubp" * 3 + "âêîôŵŷ",
    "cyrillic": "оооеееаааиинннтссррввллккмдпуяы",
}


def measure(ground: Ground) -> Found:
    """One device, once."""
    said = _device(ground, profiled=False)
    pages = {kind: said["pages"][kind] for kind in LETTERS}
    return Found(
        ratios={
            "matching.memory": said["held_mib"] / MEMORY_MIB,
            "matching.page": pages[KIND]["ms"] / PAGE_MS,
            "matching.of_automaton": pages[KIND]["share"],
        },
        figures={
            "matching.held_mib": said["held_mib"],
            "matching.peak_while_accepting_mib": said["peak_mib"],
            "matching.update_mib": said["update_mib"],
            "matching.accepting_s": said["accepting_s"],
            **{f"matching.{kind}_page_ms": page["ms"] for kind, page in pages.items()},
            **{f"matching.{kind}_automaton_ms": page["automaton_ms"] for kind, page in pages.items()},
            **{f"matching.{kind}_words_ms": page["words_ms"] for kind, page in pages.items()},
            **{f"matching.{kind}_found": page["found"] for kind, page in pages.items()},
            "matching.address_alone_ms": said["address_ms"],
        },
    )


def hottest(ground: Ground) -> list[str]:
    """A profile of the same pages looked through."""
    return list(map(str, _device(ground, profiled=True)["hottest"]))


def _device(ground: Ground, *, profiled: bool) -> dict[str, Any]:
    """What the device's process says of itself."""
    folder = Path(tempfile.mkdtemp(dir=ground.folder))
    drawn = random.Random(21)  # noqa: S311 - the same words each time
    words = {kind: _vocabulary(drawn, letters) for kind, letters in LETTERS.items()}
    phrases = list(_phrases(drawn, words))
    agency = FakeAgency(NOW)
    identity = agency.identity()
    agency.exclusions = dsse.sign(default_exclusions(), agency.keys[KeyRole.LIST])
    sites = _entries("site", list(_sites(drawn, words["english"])))
    agency.lists = (
        agency.sign_list(Capability.PHRASE, _entries("phrase", phrases)),
        *(
            agency.sign_list(Capability.SITE, sites[start : start + MAX_ENTRIES])
            for start in range(0, SITES, MAX_ENTRIES)
        ),
    )
    agency.issue()
    (folder / "enrolled").write_bytes(codec.dump(agency.enrolled()))
    (folder / "update").write_bytes(codec.dump(agency.update()))
    (folder / "told.json").write_text(
        json.dumps(
            {
                "at": NOW,
                "device_key": identity.device_key,
                "opening": identity.opening.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()).hex(),
                "phrases": phrases,
                "pages": {kind: _page(drawn, kind, words[kind], phrases) for kind in LETTERS},
            }
        )
    )
    options: dict[str, Any] = {}
    if os.geteuid() == 0:  # an agent refuses to be root
        options = {"user": AGENT_UID, "group": AGENT_UID, "extra_groups": []}
        for path in (folder, *folder.iterdir()):
            os.chown(path, AGENT_UID, AGENT_UID)
    ended = subprocess.run(  # noqa: S603 - the interpreter that runs this
        [sys.executable, "-m", "bench.matched", str(folder), *(["--profile"] if profiled else [])],
        env=clean(),
        capture_output=True,
        check=False,
        **options,
    )
    if ended.returncode != 0:
        raise NotMeasured(ended.stderr.decode(errors="replace")[-2000:])
    said: dict[str, Any] = json.loads(ended.stdout)
    return said


def _vocabulary(drawn: random.Random, letters: str) -> list[str]:
    """Words that nobody says, the commonest first and short."""
    made = ("".join(drawn.choices(letters, k=min(2 + number // 40, drawn.randint(3, 11)))) for number in range(20_000))
    return list(dict.fromkeys(made))


def _phrases(drawn: random.Random, words: dict[str, list[str]]) -> Iterator[str]:
    """Phrases of one to four words, none twice. They are of rare words, and where it is one, of no page's."""
    rare = [word for word in _vocabulary(drawn, "abcdefghijklmnopqrstuvwxyz") if len(word) > 5]
    seen = set[str]()
    while len(seen) < PHRASES:
        length = drawn.choice((1, 2, 2, 2, 3, 3, 4))
        of = rare if length == 1 else words[drawn.choice(tuple(words))][1_000:]
        phrase = " ".join(drawn.choices(of, k=length))
        if phrase not in seen:
            seen.add(phrase)
            yield phrase


def _sites(drawn: random.Random, words: list[str]) -> Iterator[str]:
    """Sites, one in ten below a path."""
    for number in range(SITES):
        host = f"{drawn.choice(words)}-{drawn.choice(words)}{number}.{drawn.choice(('com', 'org', 'example', 'co.uk'))}"
        yield f"{host}/{drawn.choice(words)}" if number % 10 == 0 else host


def _entries(name: str, patterns: list[str]) -> tuple[ListEntry, ...]:
    return tuple(
        ListEntry(Slug(f"{name}-{number}"), pattern, Gravity.STANDARD) for number, pattern in enumerate(patterns)
    )


def _page(drawn: random.Random, kind: str, words: list[str], phrases: list[str]) -> str:
    """Sentences of 100 KB, with quotes and dashes as they are typeset but on the plain one, and some listed phrases."""
    weights, parts, size = [1 / (rank + 2) for rank in range(len(words))], list[str](), 0
    stops = (". ", ", ", " - ", ".\n\n") if kind == "plain" else (". ", ", ", " – ", ".\n\n", "’s ", "” ")
    common = drawn.choices(words, weights, k=PAGE_BYTES // 2)
    for word in common:
        part = word.capitalize() + drawn.choice(stops) if drawn.random() < 0.15 else f"{word} "
        size += len(part.encode())
        if size > PAGE_BYTES:
            break
        parts.append(part)
    for listed in drawn.sample([one for one in phrases if " " in one], LISTED_ON_A_PAGE):
        parts[drawn.randrange(len(parts))] = f"{listed.title()}! "
    return "".join(parts)
