"""What the codes of an install visit are called (`core.authority.visit`)."""

from collections.abc import Collection
from typing import Final

from offmon.core.authority.order import DeviceKind
from offmon.core.authority.visit import Access, Accounts, InstallVisit, PasswordKeeper, Signature, Told, VisitStep
from offmon.server.faces.console import words

DEVICE_KIND: Final = {
    DeviceKind.COMPUTER: "Computer or laptop",
    DeviceKind.PHONE: "Mobile phone",
    DeviceKind.TABLET: "Tablet",
    DeviceKind.GAMES_CONSOLE: "Games console",
    DeviceKind.CAMERA: "Digital camera",
    DeviceKind.OTHER: "Another device that goes online",
}
TOLD: Final = {
    Told.SPOKEN: "We talked to them",
    Told.WRITTEN: "We left words that they can read",
    Told.BOTH: "Both",
}
ACCOUNTS: Final = {
    Accounts.OWN: "Yes, their own accounts, which are never monitored",
    Accounts.SHARED: "No, they use the person’s account",
}
ACCESS: Final = {
    Access.OWN_AGREED: "The person’s own. They agree to the installation",
    Access.OWN_REQUIRED: "The person’s own. The order or licence requires it",
    Access.OWNER_PERMITS: "Somebody else’s. The owner permits it",
    Access.NO_PERMISSION: "Somebody else’s. The owner has not permitted it",
}
PASSWORD: Final = {
    PasswordKeeper.PERSON: "The person",
    PasswordKeeper.OTHER_USER: "Another user of the device",
    PasswordKeeper.OWNER: "Its owner, such as an employer",
    PasswordKeeper.AGENCY: "Our agency",
}
SIGNATURE: Final = {Signature.SIGNED: "Yes, they signed it", Signature.REFUSED: "No, they refused to sign"}
STEP: Final = {
    VisitStep.OTHERS: "Who else uses the device?",
    VisitStep.DEVICE: "The device",
    VisitStep.NOTICE: "Serve the notice",
    VisitStep.INSTALL: "Install and enrol",
    VisitStep.TEST: "See that it works",
    VisitStep.HAND_OVER: "Hand over the sheet",
}


def kinds(named: Collection[DeviceKind]) -> str:
    """The kinds of device that a condition names."""
    return ", ".join(called for kind, called in DEVICE_KIND.items() if kind in named) or "None: it covers each kind"


def line(visit: InstallVisit) -> str:
    """A visit in one line: when it was, which device, whose it is, who keeps its password, how it ended."""
    said = [f"{words.when(visit.begun_at)}: {visit.others.there or 'no'} other users, {visit.others.met} met"]
    if visit.about is not None:
        said += [DEVICE_KIND[visit.about.kind], ACCESS[visit.about.access], visit.about.permission]
        said += [f"Password: {PASSWORD[visit.about.password].lower()}"]
    if visit.marked_at is not None:
        said += [f"Test record arrived {words.when(visit.marked_at)}"]
    if visit.ended_at is None:
        said += ["Not finished"]
    elif visit.signature is None:
        said += ["Stopped before its end"]
    else:
        said += ["Sheet signed" if visit.signature is Signature.SIGNED else "Sheet handed over; they refused to sign"]
    return ". ".join(one for one in said if one) + "."
