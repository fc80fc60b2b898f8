"""Makes the known answers of this folder: `python tests/vectors/tlog/make.py [FOLDER]`.

Written from RFC 6962 §2.1 and the C2SP pages, recursively and slowly. It shares no code with offmon, so that a mistake must be made twice
to pass. The keys are invented: each seed is the SHA-256 of the key's name.
"""

import hashlib
import json
import runpy
import sys
from pathlib import Path

FORMATS = runpy.run_path(str(Path(__file__).parents[1] / "make.py"))
b64, key, key_hash, vkey = (FORMATS[name] for name in ("b64", "key", "key_hash", "vkey"))

# The eight leaves of the test tree that certificate-transparency implementations share.
SHARED_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
TIMES = {"witness.invalid/one": 1_700_000_000, "witness.invalid/two": 1_700_000_007}
ORIGIN = "log.invalid/86"


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def mth(entries: list[bytes]) -> bytes:
    """RFC 6962 §2.1, as it is written there."""
    if not entries:
        return sha(b"")
    if len(entries) == 1:
        return sha(b"\x00" + entries[0])
    k = power_below(len(entries))
    return sha(b"\x01" + mth(entries[:k]) + mth(entries[k:]))


def power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m: int, entries: list[bytes]) -> list[bytes]:
    """RFC 6962 §2.1.1."""
    if len(entries) == 1:
        return []
    k = power_below(len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: list[bytes], whole: bool) -> list[bytes]:
    """RFC 6962 §2.1.2."""
    if m == len(entries):
        return [] if whole else [mth(entries)]
    k = power_below(len(entries))
    if m <= k:
        return [*subproof(m, entries[:k], whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def signature_line(name: str, kind: int, signature: bytes) -> str:
    return f"\u2014 {name} {b64(bytes.fromhex(key_hash(name, kind)) + signature)}\n"


def checkpoint(entries: list[bytes]) -> tuple[str, str]:
    """A checkpoint, signed by the log and two witnesses."""
    text = f"{ORIGIN}\n{len(entries)}\n{b64(mth(entries))}\n"
    lines = signature_line(ORIGIN, 1, key(ORIGIN).sign(text.encode()))
    for name, seconds in TIMES.items():
        signature = key(name).sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
        lines += signature_line(name, 4, seconds.to_bytes(8, "big") + signature)
    return text, text + "\n" + lines


def merkle() -> dict[str, object]:
    entries = [bytes.fromhex(leaf) for leaf in SHARED_LEAVES]
    trees = [entries[:n] for n in range(len(entries) + 1)]
    return {
        "entries": SHARED_LEAVES,
        "roots": [mth(tree).hex() for tree in trees],
        "inclusion": [
            {"index": m, "size": n, "proof": [h.hex() for h in path(m, trees[n])]}
            for n in range(1, len(trees))
            for m in range(n)
        ],
        "consistency": [
            {"old": m, "size": n, "proof": [h.hex() for h in subproof(m, trees[n], True)] if m else []}
            for n in range(len(trees))
            for m in range(n + 1)
        ],
    }


def tiles() -> dict[str, object]:
    """A log of 70,000 entries: the example of tlog-tiles, which tells how many tiles it has and how wide the partial ones are."""
    entries = [b"entry %d" % n for n in range(70_000)]
    leaves = [sha(b"\x00" + entry) for entry in entries]

    def over(hashes: list[bytes]) -> bytes:
        while len(hashes) > 1:
            hashes = [sha(b"\x01" + hashes[i] + hashes[i + 1]) for i in range(0, len(hashes), 2)]
        return hashes[0]

    level, files = 0, dict[str, str]()
    while leaves:
        groups = [leaves[i : i + 256] for i in range(0, len(leaves), 256)]
        for n, group in enumerate(groups):
            digits = f"{n:03d}" if n < 1000 else f"x{n // 1000:03d}/{n % 1000:03d}"
            suffix = "" if len(group) == 256 else f".p/{len(group)}"
            files[f"tile/{level}/{digits}{suffix}"] = sha(b"".join(group)).hex()
            if level == 0:
                bundle = b"".join(len(e).to_bytes(2, "big") + e for e in entries[n * 256 : n * 256 + len(group)])
                files[f"tile/entries/{digits}{suffix}"] = sha(bundle).hex()
        leaves = [over(group) for group in groups if len(group) == 256]
        level += 1
    listing = "".join(f"{name} {digest}\n" for name, digest in sorted(files.items()))
    few = {name: digest for name, digest in files.items() if ".p/" in name or name.endswith(("/000", "/272"))}
    return {
        "size": len(entries),
        "count": len(files),
        "root": mth(entries).hex(),
        "listing": sha(listing.encode()).hex(),
        "some": few,
    }


def notes() -> dict[str, object]:
    entries = [b"entry %d" % n for n in range(13)]
    text, note = checkpoint(entries)
    lines = [
        "c2sp.org/tlog-proof@v1",
        f"extra {b64(b'not signed')}",
        "index 9",
        *(b64(h) for h in path(9, entries)),
        "",
        note,
    ]
    old = ["old 6", *(b64(h) for h in subproof(6, entries, True)), "", note]
    return {
        "origin": ORIGIN,
        "log_vkey": vkey(ORIGIN, 1),
        "witnesses": [{"vkey": vkey(name, 4), "seconds": seconds} for name, seconds in TIMES.items()],
        "entries": [entry.decode() for entry in entries],
        "text": text,
        "checkpoint": note,
        "proof": "\n".join(lines),
        "old_root": mth(entries[:6]).hex(),
        "submission": "\n".join(old),
    }


def main(folder: Path) -> None:
    for name, content in (("merkle", merkle()), ("tiles", tiles()), ("notes", notes())):
        (folder / f"{name}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
