"""Sends text messages, and e-mail where there is no mail server, through GOV.UK Notify by its own client.

Rules
- The words are in a template there. Before the first message we read it: one that asks for more than gravity and reference is not used.
- A try after the first asks whether Notify has the message already, by our reference for it, so that nobody is told twice.
- No redirect is followed, and no proxy of the machine's environment is used: the key goes to one address.
- What it took may come back: its delivery receipt is asked for again and again, until it says how that went.
- 400 is a dead letter. What a person can mend (403: the key or the clock) or what passes (429, 5xx) is tried again.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from notifications_python_client.errors import HTTPError, InvalidResponse
from notifications_python_client.notifications import NotificationsAPIClient
from requests import RequestException

from offmon.core.alerts.reaching import ChannelKind, TryOutcome, check_fields
from offmon.core.errors import Refused
from offmon.server.audit.witness_client import is_this_machine
from offmon.server.processes.notify.letter import Letter, Receipt

TIMEOUT_S: Final = 10
BAD: Final = 400
_RECEIPTS: Final = {
    "delivered": Receipt.ARRIVED,
    **dict.fromkeys(("permanent-failure", "temporary-failure", "technical-failure"), Receipt.BOUNCED),
}
_FAULTS: Final = (HTTPError, InvalidResponse, RequestException, AssertionError)


@dataclass(frozen=True, slots=True)
class GovUkNotify:
    """Where Notify answers, our key there, and the template of each kind. `checked`: the templates that were read and may be used."""

    url: str
    key: str
    templates: dict[ChannelKind, str]
    checked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        scheme, _, rest = self.url.partition("://")
        if scheme != "https" and not is_this_machine(rest.partition("/")[0].rpartition(":")[0]):
            raise Refused("notify-address", "GOV.UK Notify is asked over https, or over http on this machine.")

    def send(self, letter: Letter) -> TryOutcome:
        """Hand one in."""
        template = self.templates.get(letter.to.kind)
        if template is None:
            return TryOutcome.UNREACHABLE
        client = self._client()
        try:
            self._check(client, template)
            if letter.n > 1 and _has(client, letter.id):
                return TryOutcome.SENT
            taken = _hand_in(client, template, letter)
        except Refused:
            return TryOutcome.FORBIDDEN
        except HTTPError as error:
            return TryOutcome.REFUSED if error.status_code == BAD else TryOutcome.UNREACHABLE
        except _FAULTS:
            return TryOutcome.UNREACHABLE
        return TryOutcome.SENT if taken else TryOutcome.UNREACHABLE

    def receipt(self, letter: Letter) -> Receipt:
        """What became of one that it took."""
        try:
            found = self._client().get_all_notifications(reference=letter.id).get("notifications") or [{}]
        except _FAULTS:
            return Receipt.UNKNOWN
        return _RECEIPTS.get(str(found[0].get("status")), Receipt.UNKNOWN)

    def _client(self) -> Any:
        make: Any = NotificationsAPIClient  # its own code has no types
        client = make(self.key, base_url=self.url, timeout=TIMEOUT_S)  # no thread shares one
        client.request_session.max_redirects, client.request_session.trust_env = 0, False
        return client

    def _check(self, client: Any, template: str) -> None:
        """Raises Refused `template-field`."""
        if template not in self.checked:
            check_fields(client.get_template(template).get("personalisation") or {})
            self.checked.add(template)


def _hand_in(client: Any, template: str, letter: Letter) -> bool:
    """Whether the answer says that Notify has it, by our reference: an answer that is no error is not enough."""
    said = {"template_id": template, "personalisation": letter.values, "reference": letter.id}
    if letter.to.kind is ChannelKind.TEXT:
        answer = client.send_sms_notification(phone_number=letter.to.address, **said)
    else:
        answer = client.send_email_notification(email_address=letter.to.address, **said)
    return isinstance(answer, dict) and answer.get("reference") == letter.id


def _has(client: Any, reference: str) -> bool:
    return bool(client.get_all_notifications(reference=reference).get("notifications"))
