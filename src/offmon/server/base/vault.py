"""Asks the vault: an id goes over its socket. The vault reads the row and decides itself (design §5).

Nothing here opens a body. What the vault opens comes back in one answer, and is not kept.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from django.conf import settings

from offmon.core.formats import codec
from offmon.core.formats.commitment import Unfit
from offmon.core.formats.event import Body
from offmon.core.ids import Count, Id
from offmon.server.base.local_socket import MAX_ANSWER, WAIT_S, Caller, Stream

UNREACHABLE: Final = "vault-unreachable"


@dataclass(frozen=True, slots=True)
class RevealedMatch:
    """What one disclosure encloses, by the number of its place; or why it is unfit to be shown."""

    n: Count
    body: Body | None
    unfit: Unfit | None


@dataclass(frozen=True, slots=True)
class RevealedPage:
    """What was sent of one page load."""

    TYPE: ClassVar[str] = "offmon/revealed@1"

    matches: tuple[RevealedMatch, ...]


class VaultClient:
    """The vault, behind its local socket. Every call raises Refused with the vault's code, or `vault-unreachable`."""

    def __init__(self, socket: Path, wait_s: float = WAIT_S) -> None:
        self._caller = Caller("vault", socket, wait_s)

    def make_key(self, deployment: Id) -> None:
        """Have the evidence key of an authorised deployment made, once (`no-key-due`)."""
        self._caller.ask("make-key", deployment)

    def reveal(self, reveal: Id) -> RevealedPage:
        """What a reveal request asks for; each request opens it once (`reveal-used`, `not-on-caseload`, `body-swapped`, …)."""
        return codec.load(RevealedPage, self._caller.ask("reveal", reveal), max_size=MAX_ANSWER)

    def seal(self, exhibit: Id) -> None:
        """Have an exhibit sealed that was asked for (`not-decided`, `sealed-already`, `not-on-caseload`, `body-swapped`, …)."""
        self._caller.ask("seal", exhibit)

    def open_export(self, export: Id) -> None:
        """Have it written down what the export is about to open."""
        self._caller.ask("open-export", export)

    def build_export(self, export: Id) -> None:
        """Have its bundle built and kept, enclosed. `not-witnessed-yet`: ask again in a moment; what was opened is not yet in the log."""
        self._caller.ask("build-export", export)

    def release(self, export: Id) -> None:
        """Let an approved export go. It can be downloaded once its own entry is witnessed."""
        self._caller.ask("release", export)

    def download(self, export: Id) -> Stream:
        """The bundle, once `do_download` has recorded who takes it (`not-witnessed-yet`, `not-recorded`, `not-ready`)."""
        return self._caller.fetch("download", export)

    def report(self, export: Id) -> bytes:
        """The report in that bundle, under the same conditions."""
        return b"".join(self._caller.fetch("report", export))

    def destroy(self, destruction: Id) -> None:
        """Have the key of an approved request destroyed, once (`export-open`, `request-open`, `one-person`, …: then it is stopped)."""
        self._caller.ask("destroy", destruction)

    def lock(self, case: Id) -> None:
        """Have what was collected of a case without authority locked, as the law is known now."""
        self._caller.ask("lock", case)

    def erase(self, decision: Id) -> None:
        """Have what is locked erased, as two people decided, once (`one-person`, `factor-stale`, …: then nothing is erased)."""
        self._caller.ask("erase", decision)

    def open_history(self, opening: Id) -> None:
        """Have a device given the keys of its own history, once (`history-opened`, `ask-over`, `no-grant`, …: then it gets nothing)."""
        self._caller.ask("open-history", opening)


def vault() -> VaultClient:
    """The vault that this process is told of."""
    return VaultClient(Path(settings.OFFMON_VAULT_SOCKET))
