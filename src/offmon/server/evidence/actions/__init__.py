"""Every write to evidence: bodies revealed, exhibits sealed and handed over, bundles exported (design §5; formats §8, §9)."""

from offmon.server.evidence.actions.exhibits import (
    SealRequest,
    do_ask_seal,
    do_hand_over,
    do_keep_sealed,
    do_open_for_seal,
)
from offmon.server.evidence.actions.exports import (
    KEY_DESTROYED,
    ExportRequest,
    check_asked,
    check_released,
    dispose,
    do_approve_export,
    do_ask_export,
    do_download,
    do_keep_built,
    do_open_for_export,
    do_refuse_export,
    do_release,
)
from offmon.server.evidence.actions.refusals import refusals_noted
from offmon.server.evidence.actions.reveals import do_ask_reveal, do_use_reveal

__all__ = [
    "KEY_DESTROYED",
    "ExportRequest",
    "SealRequest",
    "check_asked",
    "check_released",
    "dispose",
    "do_approve_export",
    "do_ask_export",
    "do_ask_reveal",
    "do_ask_seal",
    "do_download",
    "do_hand_over",
    "do_keep_built",
    "do_keep_sealed",
    "do_open_for_export",
    "do_open_for_seal",
    "do_refuse_export",
    "do_release",
    "do_use_reveal",
    "refusals_noted",
]
