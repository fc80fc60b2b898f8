"""Makes the known answer of this folder: `python tests/vectors/bundle/make.py [FOLDER]`.

A bag of two payload files, from the words of docs/specs/bundle.md (*The file*), by Python's zipfile and hashlib. It shares no code with
offmon, so that a mistake must be made twice to pass. The files' content is invented: the answer only shows a bag as one ZIP. The report
holds a letter of two bytes, and the proofs' order by name differs from that of their numbers.
"""

import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path

FOLDER = "offmon-bundle/"
PAYLOAD = {"data/bundle.json": "{}", "data/report.html": "<p>Caf\u00e9</p>\n"}
TAGS = {"tail.json": "[]", "proofs/2.tlog-proof": "two\n", "proofs/10.tlog-proof": "ten\n"}


def manifest(files: dict[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files)).encode()


def bag() -> dict[str, bytes]:
    payload = {path: text.encode() for path, text in PAYLOAD.items()}
    size = sum(len(data) for data in payload.values())
    beside = {path: text.encode() for path, text in TAGS.items()} | {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": (
            b"Bag-Software-Agent: offmon/bundle@1\n"
            b"External-Description: Read data/report.html. Check with: offmon verify BUNDLE --trust FILE\n"
            + f"Payload-Oxum: {size}.{len(payload)}\n".encode()
        ),
        "manifest-sha256.txt": manifest(payload),
    }
    return payload | beside | {"tagmanifest-sha256.txt": manifest(beside)}


def packed(files: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as out:
        for path in sorted(files):
            entry = zipfile.ZipInfo(FOLDER + path, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.create_version, entry.extract_version = 3, 20, 20
            entry.external_attr = 0o100644 << 16
            out.writestr(entry, files[path])
    return archive.getvalue()


def main(folder: Path) -> None:
    files = bag()
    listed = files["manifest-sha256.txt"]
    answer = {
        "payload": PAYLOAD,
        "tags": TAGS,
        "written": {path: data.decode() for path, data in files.items() if path not in PAYLOAD | TAGS},
        "manifest": hashlib.sha256(b"offmon/document@1\x00" + listed).hexdigest(),
        "zip": packed(files).hex(),
    }
    (folder / "bag.json").write_text(json.dumps(answer, indent=1, ensure_ascii=True) + "\n", encoding="ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
