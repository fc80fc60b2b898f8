"""Writes of one's own password."""

from django.contrib.auth.hashers import check_password as is_right
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from offmon.core.access.accounts import check_password
from offmon.core.errors import Refused
from offmon.core.log.verbs import Verb
from offmon.server.agencies.accounts.actions import locked
from offmon.server.audit.actions import append
from offmon.server.audit.queries import check_logged
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action


@action
def do_change_password(current: str, new: str, *, actor: Actor) -> str:
    """One's own password, by the present one. What the account's credentials are since: every sitting that began by others ends.

    Raises Refused (`wrong-password`, `same-password`, `common-password`, and as `check_password`).
    """
    row = locked(actor.id, actor)
    check_logged(row, row.agency_id)
    if not is_right(current, row.password):
        raise Refused("wrong-password", "Your present password is not right. Try again.")
    if new == current:
        raise Refused("same-password", "That is your present password. Choose another.")
    check_password(new, row.sign_in, row.display_name)
    try:
        CommonPasswordValidator().validate(new)
    except ValidationError:
        raise Refused(
            "common-password", "Many people use that password, so it is guessed first. Choose another."
        ) from None
    row.set_password(new)
    row.credentials, row.given_until = row.digest(), None
    row.save(update_fields=["password", "credentials", "given_until"])
    append(actor, Verb.PASSWORD_CHANGED, case=None, touched=(row.touched(),))
    return row.credentials
