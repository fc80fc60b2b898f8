"""The known answer of tests/vectors/bundle, which a script that shares no code with core made from docs/specs/bundle.md."""

import json
import re
from pathlib import Path
from typing import Any

from offmon.core.bundle import read, write

TESTS = Path(__file__).parents[2]
VECTORS = TESTS / "vectors" / "bundle"
ANSWER: Any = json.loads((VECTORS / "bag.json").read_text("ascii"))
PAYLOAD, TAGS, WRITTEN = (
    {path: text.encode() for path, text in ANSWER[part].items()} for part in ("payload", "tags", "written")
)
ZIP = bytes.fromhex(ANSWER["zip"])


def test_core_writes_the_same_bytes_and_reads_the_same_files() -> None:
    assert write.bag(PAYLOAD, TAGS) == ZIP
    assert read.read_bag(ZIP) == read.Bag(PAYLOAD, {**TAGS, **WRITTEN})
    assert write.manifest_digest(WRITTEN["manifest-sha256.txt"]) == ANSWER["manifest"]


def test_the_spec_gives_the_lines_of_the_bag_word_for_word() -> None:
    text = (TESTS.parent / "docs" / "specs" / "bundle.md").read_text("utf-8")
    [lines] = re.findall(r"```\n(.*?)```", text, flags=re.DOTALL)
    oxum = f"{sum(map(len, PAYLOAD.values()))}.{len(PAYLOAD)}"
    assert lines.replace("B.N", oxum).encode() == WRITTEN["bagit.txt"] + WRITTEN["bag-info.txt"]


def test_the_spec_gives_the_limits_and_the_form_of_a_name() -> None:
    text = (TESTS.parent / "docs" / "specs" / "bundle.md").read_text("utf-8")
    assert f"at most {write.MAX_FILES:,} files and\nhas at most {write.MAX_BUNDLE >> 30} GiB" in text
    assert f"contents with {2 * write.MAX_NAME} bytes a file" in text
    assert f"at most {write.MAX_NAME} characters" in text
