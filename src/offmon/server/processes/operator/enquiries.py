"""The messages to the public site, read, marked as answered and deleted. They are to the site's operator, and to no agency.

Rules
- Each reading is a row beside the message: who, by the account on this machine, and when. It is in no agency's log: the message is about no
  case, and its reader works for no agency.
- The list shows no word of a message, so that reading one is always an act of its own.
- A person who read a message can delete it, with a reason: it is about a person after all, or its sender wants it gone. A row beside the
  reading then says who deleted it, when and why, and none of its text.
- Answering happens elsewhere, if the sender left an address. Only that it happened is recorded.
"""

from offmon.core import clock as time
from offmon.core.errors import Refused
from offmon.core.ids import CHECKS, Id
from offmon.server.oversight import queries as oversight
from offmon.server.oversight.actions import do_answer_enquiry, do_delete_enquiry, do_read_enquiry
from offmon.server.processes.operator.account import account


def listed() -> str:
    """Every message, the oldest first: its id, when it came, and whether it was read and answered."""
    found = oversight.enquiries()
    lines = [f"{one.id}  {time.utc_text(one.at)}  {_state(one)}" for one in found]
    return "\n".join([*lines, f"{len(found)} messages. Each goes after six months."]) + "\n"


def show(enquiry: str) -> str:
    """One message; that it was read is noted. Raises Refused."""
    found = do_read_enquiry(_id(enquiry), account())
    return f"sent    {time.utc_text(found.at)}\nanswer  {found.reply or 'nowhere'}\n\n{_plain(found.message)}\n"


def answered(enquiry: str) -> str:
    """Say that one was answered. Raises Refused."""
    do_answer_enquiry(_id(enquiry))
    return "It is marked as answered.\n"


def deleted(enquiry: str, why: str) -> str:
    """Delete one that was read; that you did is noted, and why. Raises Refused."""
    do_delete_enquiry(_id(enquiry), account(), why)
    return "It is deleted. That you did, and why, is kept for six months; in backups it lasts as long as they do.\n"


def _id(text: str) -> Id:
    if not CHECKS[Id](text):
        raise Refused("no-such-enquiry", "That is no id of a message; take one from the list.")
    return Id(text)


def _state(one: oversight.EnquiryView) -> str:
    if one.answered_at is not None:
        return "answered"
    return "not read" if one.read_at is None else "read"


def _plain(message: str) -> str:
    """Without what a terminal would obey: a stranger wrote it."""
    return "".join(char if char.isprintable() or char in "\n\t" else "\ufffd" for char in message.replace("\r\n", "\n"))
