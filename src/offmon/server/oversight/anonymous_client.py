"""Requests a page of ours as a stranger does: over HTTP, without a cookie, and without following redirects."""

import http.client
from dataclasses import dataclass
from typing import Final

from django.utils.csp import CSP

TIMEOUT_S: Final = 5.0
MOST_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class AnonymousResponse:
    """What a stranger got: the status, whether it set a cookie, the page, where it leads (None: nowhere), and the policy that it sets for
    what a browser may fetch and run (None: no policy)."""

    status: int
    sets_cookie: bool
    body: bytes
    leads_to: str | None = None
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class Face:
    """Where a face answers: `address` as host:port to connect to, and the name that it is asked by."""

    address: str
    host: str

    def get(self, path: str) -> AnonymousResponse:
        """One page. Raises OSError or HTTPException where nothing answers."""
        connection = http.client.HTTPConnection(self.address, timeout=TIMEOUT_S)
        try:
            connection.request("GET", path, headers={"Host": self.host})
            answer = connection.getresponse()
            said = answer.headers
            return AnonymousResponse(
                answer.status,
                said.get("Set-Cookie") is not None,
                answer.read(MOST_BYTES),
                said.get("Location"),
                said.get(CSP.HEADER_ENFORCE),
            )
        finally:
            connection.close()
