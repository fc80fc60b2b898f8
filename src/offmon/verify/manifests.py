"""*Complete* and *valid*: both hold the files against the manifests (RFC 8493 §3).

Rules
- *Complete*: every listed file is there and none other.
- *Valid*: each file has the digest that its manifest lists. That shows only that nothing broke on the way.
"""

from hashlib import sha256

from offmon.core.bundle import layout, write
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


def check_valid(bag: Bag, check: Check) -> None:
    """Hashes every listed file, and writes `bag-info.txt` again."""
    files = {**bag.payload, **bag.tags}
    for manifest in (layout.MANIFEST, layout.TAG_MANIFEST):
        with check.at(manifest):
            for path, digest in read_manifest(bag.tags.get(manifest, b"")).items():
                if path in files and sha256(files[path]).hexdigest() != digest:
                    check.fail("digest-differs", "A file is not the one that was listed; a byte of it changed.", path)
    if bag.tags.get(layout.INFO) != write.info(bag.payload):
        check.fail("info-edited", "The bag's description does not follow from its payload; it was edited.", layout.INFO)
