"""A witness that cosigns at once, in the process of the test."""

import secrets
from dataclasses import dataclass, field

from offmon.core.formats.keys import Algorithm, SigningKey
from offmon.core.log.tlog.cosignature import cosign
from offmon.core.log.tlog.note import SignedNote
from offmon.core.log.tlog.submission import Submission
from offmon.server.audit.witness_client import WitnessClient
from tests.support.fake_device import now


def seed_key(name: str, algorithm: Algorithm = Algorithm.ED25519) -> SigningKey:
    return SigningKey.from_seed(name, secrets.token_bytes(32), algorithm)


@dataclass(frozen=True)
class InstantWitness(WitnessClient):
    """A witness in this process: it cosigns whatever it is sent. What a real one refuses is shown with a real one."""

    signing: SigningKey = field(kw_only=True, repr=False)

    @classmethod
    def new(cls) -> "InstantWitness":
        signing = seed_key("witness.invalid/instant", Algorithm.COSIGNATURE)
        return cls("http://127.0.0.1:9", signing.public, signing=signing)

    def cosign(self, submission: Submission) -> SignedNote:
        return submission.note.adding([cosign(submission.note, self.signing, now())])
