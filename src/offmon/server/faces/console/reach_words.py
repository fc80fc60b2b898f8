"""What the console says of how staff are reached."""

from typing import Final

from offmon.core.alerts.reaching import ChannelKind, Purpose, Standing, TryOutcome

KIND: Final = {
    ChannelKind.EMAIL: "E-mail",
    ChannelKind.TEXT: "Text message",
    ChannelKind.WEBHOOK: "Control room",
}
PURPOSE: Final = {Purpose.CALL: "A call", Purpose.TEST: "A test message", Purpose.BEAT: "The weekly test message"}
STANDING: Final = {
    Standing.WAITING: "Waits to be sent again",
    Standing.TRYING: "Being sent",
    Standing.SENT: "Sent",
    Standing.DEAD: "Not delivered",
}
WHY: Final = {
    TryOutcome.UNREACHABLE: "The server for it does not answer",
    TryOutcome.LOST: "We stopped before we knew how it went",
    TryOutcome.REFUSED: "The address was refused. Check it for a mistake",
    TryOutcome.BOUNCED: "It was taken, and came back. Check the address",
    TryOutcome.FORBIDDEN: "The address is inside the network, or the template asks for too much",
}
