"""One root for every error that Offmon raises.

Rules
- Each error has a stable `code` (lower-case, dashes) and a sentence that says what to do next.
- No error carries personal data: no address, title, name, search term or identifier of a person. Ids of records are allowed.
- A parser converts every foreign exception at its edge into `Malformed`. A rule that says no raises `Refused`. A signature, key or proof
  that fails raises `NotAuthentic`.
"""

from collections.abc import Callable


class OffmonError(Exception):
    """Root of all errors. `code` is stable and may be matched on; the message is for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message} [{code}]")
        self.code = code
        self.message = message


class Malformed(OffmonError):
    """Bytes that are not what their format says. Nothing of them was used."""


class Refused(OffmonError):
    """A rule of the house or of the law says no. The state before is intact."""


class NotAuthentic(OffmonError):
    """A signature, key, digest or proof does not hold."""


def passes[**P](check: Callable[P, object], *given: P.args, **named: P.kwargs) -> bool:
    """Whether a check lets this pass: it raises no OffmonError."""
    try:
        check(*given, **named)
    except OffmonError:
        return False
    return True
