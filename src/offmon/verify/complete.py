"""*Complete*: every listed file is there and none other (RFC 8493 §3)."""

from offmon.core.bundle import layout
from offmon.core.bundle.read import Bag, read_manifest
from offmon.verify.verdict import Check


def check_complete(bag: Bag, check: Check) -> None:
    """Compares both manifests with what is there."""
    listed = {layout.MANIFEST: set(bag.payload), layout.TAG_MANIFEST: set(bag.tags) - {layout.TAG_MANIFEST}}
    for manifest, present in listed.items():
        if manifest not in bag.tags:
            check.fail("manifest-missing", "The bundle has no list of its files.", manifest)
            continue
        with check.at(manifest):
            named = set(read_manifest(bag.tags[manifest]))
            for path in sorted(named - present):
                check.fail("listed-file-missing", "A file is listed and is not there.", path)
            for path in sorted(present - named):
                check.fail("file-not-listed", "A file is there and is not listed.", path)
