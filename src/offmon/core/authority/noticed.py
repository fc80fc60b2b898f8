"""Whether the person was told before anything is collected (R-RGT-3, R-LEG-9).

Rule: **the newest notice covers what is signed.** It must name every term and list that an authorisation would use. Collecting less needs
no new notice; collecting anything more does.
"""

from collections.abc import Iterable

from offmon.core.authority.capability import Capability
from offmon.core.authority.profile import Choice
from offmon.core.errors import Refused, passes
from offmon.core.ids import Id, Ms
from offmon.core.log.attribution import check_notice_act
from offmon.core.log.audit import AuditEntry, Touched
from offmon.core.log.records import NoticeRecord


def check_covers(noticed: Iterable[Choice], signing: Iterable[Choice]) -> None:
    """Raises Refused (`not-noticed`) unless all that `signing` would collect is what the person was told of."""
    if not _means(signing) <= _means(noticed):
        raise Refused(
            "not-noticed",
            "This would collect more than the newest notice says. Create a new notice and serve it first.",
        )


def check_served(served: Iterable[tuple[NoticeRecord, Touched, Iterable[AuditEntry]]], since: Ms) -> None:
    """Raises Refused unless a notice was served by then, as the log says too (R-RGT-1; `acts.check_notice_act`).

    One is enough, whichever: it may be served twice, and the other service be written down, or changed, later.
    """
    refusal = Refused("no-notice", "No notice was served on the person before the profile's lease began.")
    for notice, row, log in served:
        if notice.served_at <= since:
            try:
                return check_notice_act(notice, row, log)
            except Refused as why:
                refusal = why
    raise refusal


def covers(noticed: Iterable[Choice], signing: Iterable[Choice]) -> bool:
    """Whether `check_covers` lets it pass."""
    return passes(check_covers, noticed, signing)


def _means(choices: Iterable[Choice]) -> set[tuple[Capability, Id, Id | None]]:
    """What the choices allow, piece by piece: each capability on each of its terms by each of its lists; by none, for what has none."""
    return {
        (choice.capability, term, by) for choice in choices for term in choice.terms for by in choice.lists or (None,)
    }
