"""Django's sessions in the database, so kept that nobody who reads or writes the table can sit down in one.

Rules
- The row is known by a digest of the cookie: whoever reads it has no cookie.
- What it holds is signed for that cookie: copied into another's row it is nobody's session.
"""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from offmon.server.base import clock


class SessionStore(db.SessionStore):
    """A session, by its cookie."""

    @property
    def key_salt(self) -> str:
        """For whom its content is signed."""
        return f"offmon.session.{self.session_key}"

    def exists(self, session_key: str) -> bool:
        """Whether there is a row of that cookie."""
        return super().exists(_kept(session_key))

    def delete(self, session_key: str | None = None) -> None:
        """Forget the session of that cookie, or this one."""
        cookie = session_key or self.session_key
        if cookie is not None:
            super().delete(_kept(cookie))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row."""
        row = super().create_model_instance(data)
        row.session_key = _kept(row.session_key)
        return row

    def _get_session_from_db(self) -> Session | None:
        cookie = self.session_key
        now = datetime.fromtimestamp(clock.now() / 1000, UTC)
        rows = Session.objects.filter(session_key=_kept(cookie or ""), expire_date__gt=now)
        row = rows.first() if cookie else None
        if row is None:
            self._session_key = None
        return row


def _kept(cookie: str) -> str:
    """160 bits, as many as the column takes."""
    return sha256(b"offmon/session\0" + cookie.encode()).hexdigest()[:40]
