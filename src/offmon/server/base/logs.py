"""What a log line may hold: an error's type, our code and its place in the source; of a request nothing that was sent.

Rules
- Never the text of a foreign error: a database's DETAIL quotes the row, a parser's message quotes the page (R-SEC-15).
- Our own errors carry no personal data by rule, so their code is logged.
- Frames are logged without their values. Causes are followed back to the first.
- Django reports an error answer by its address or host, which the caller wrote and may hold personal data. The line names the matched URL
  pattern instead, if any.
"""

import copy
import logging
import traceback
from types import TracebackType

from offmon.core.errors import OffmonError

type ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutWords(logging.Formatter):
    """A formatter that tells where an error happened and never what it says, and what was answered and never what was asked."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with words of our own where Django's would quote the caller."""
        status, request = getattr(record, "status_code", None), getattr(record, "request", None)
        if status is not None:
            match = getattr(request, "resolver_match", None)
            record = copy.copy(record)
            record.msg, record.args = "%s at %s", (status, match.route if match else "no address of ours")
        return super().format(record)

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802  logging's own name
        """Type, code and frames of an error and of what led to it, the first cause first."""
        return "\n".join(_lines(ei[1])) if ei[1] is not None else ""


def _lines(error: BaseException) -> list[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [] if before is None else [*_lines(before), "which led to"]
    code = f" [{error.code}]" if isinstance(error, OffmonError) else ""
    frames = traceback.extract_tb(error.__traceback__)
    lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    return [*lines, f"{type(error).__module__}.{type(error).__qualname__}{code}"]
