"""An invented log, and a witness for it. Two logs with one key and different words are a fork."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from offmon.core.formats.keys import Algorithm, SigningKey
from offmon.core.ids import Ms
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.merkle import leaf_hash, root_of
from offmon.core.log.tlog.note import SignedNote
from offmon.core.log.tlog.proving import prove_consistency, sign_checkpoint, subtrees_of
from offmon.core.log.tlog.submission import Submission
from offmon.witness.config import Config
from offmon.witness.ledger import Ledger
from offmon.witness.service import Witness

ORIGIN = "log.invalid/86"
AT = Ms(1_700_000_000_000)


def seeded(name: str, algorithm: Algorithm = Algorithm.ED25519) -> SigningKey:
    return SigningKey.from_seed(name, sha256(name.encode()).digest(), algorithm)


LOG_KEY = seeded(ORIGIN)
NEXT_LOG_KEY = seeded("log.invalid/86/next")
WITNESS_KEY = seeded("witness.invalid/one", Algorithm.COSIGNATURE)


@dataclass(frozen=True)
class SampleLog:
    """A log of numbered entries."""

    word: str = "entry"
    origin: str = ORIGIN
    key: SigningKey = LOG_KEY

    def leaves(self, size: int) -> list[bytes]:
        return [leaf_hash(f"{self.word} {n}".encode()) for n in range(size)]

    def root(self, size: int) -> bytes:
        return root_of(self.leaves(size))

    def note(self, size: int) -> SignedNote:
        return sign_checkpoint(Checkpoint(self.origin, size, self.root(size)), self.key)

    def submission(self, old: int, size: int) -> Submission:
        """What an honest log sends; where `old` is above `size`, without a proof."""
        proof = prove_consistency(old, size, subtrees_of(self.leaves(size))) if old <= size else ()
        return Submission(old, proof, self.note(size))


LOG = SampleLog()
FORK = SampleLog(word="forged")


class FakeClock:
    """A clock that stands where the test puts it."""

    def __init__(self, at: Ms = AT) -> None:
        self.at = at

    def __call__(self) -> Ms:
        return self.at


def make_config(folder: Path) -> Config:
    keys = (LOG_KEY.public, NEXT_LOG_KEY.public)
    return Config("Example Board", True, folder / "key", folder / "state", "127.0.0.1", 1, {ORIGIN: keys})


def make_witness(folder: Path, clock: FakeClock | None = None) -> Witness:
    """A witness whose state is in `folder`: made twice, it is the same one started again."""
    config = make_config(folder)
    return Witness(config, WITNESS_KEY, Ledger(config.state_file), clock or FakeClock())
