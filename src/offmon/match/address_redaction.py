"""Redacts a page's address: keeps where the page is, without what its own parameters name as a secret or a payment.

Rules
- User name, password and fragment are dropped. None of them says where a page is, and each may be a secret.
- A parameter whose name means a secret or a payment keeps its name and loses its value: `?user=a&card=1` becomes `?user=a&card=`. A form
  can send its boxes that way, and a site its session. Nothing else of the address changes.
- On a search engine of our table, every parameter loses its value, except the search term and the kind of page (`pages`). Engines repeat
  earlier input, plain (`oq`) and encoded, and it may have been about a protected place.
- A parameter is each `name=value` after `?`, `&` or `;` of a query, or after `;` of a path. A piece without `=` behind `;` or `?` belongs
  to the value before it.
- Names are compared as ASCII letters alone, without percent escapes, in either case. A fragment in `_HELD` matches anywhere in the name. A
  word in `_WHOLE` must be a whole word (`user_pin`, `userPin`), since other words contain it too (`shopping`, `author`).
- **A table, and so not complete**: a secret under another name, in a path, or in an address inside a value is kept (THREATS).
- No address ever raises, and the work is linear in its length.
"""

import re
from typing import Final

from offmon.core.text.addresses import place_of, split, unescape
from offmon.match.pages import asked_by

_HELD: Final = re.compile(
    "passw|passphrase|passcode|pwd|cyfrin"  # passwords, in Welsh too
    "|secret|token|credential|apikey|accesskey|oauth|authenti|authoriz|session|sessid"  # what opens an account, or is a sign-in
    "|securitycode|onetime|pincode|pinn"  # codes; `pinn`: a PIN's number
    "|creditcard|debitcard|cardn|cardholder|ccn|cvc|cvv|expir|sortcode|accountn|acctn"  # payments; `…n`: name or number
)
_WHOLE: Final = frozenset({"pass", "pw", "pin", "otp", "totp", "auth", "sid", "jwt", "card", "csc", "exp", "iban"})
_QUERY: Final = re.compile(r"(?<=[?&;])([^?&;=]*+=)([^?&;]*+(?:[;?](?![^?&;=]*+=)[^?&;]*+)*+)")
_PATH: Final = re.compile(r"(?<=;)([^;=/\\]*+=)([^;/\\]*+)")
_WORD: Final = re.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def kept_address(url: str) -> str:
    """A web page's address as it may be kept, the rest as it stands; nothing of what is no such address. Never raises."""
    before, authority, after = split(url)
    path, query, asked = after.partition("?")
    place = place_of(url)
    own = None if place is None else asked_by(place.host)

    def less(parameter: re.Match[str]) -> str:
        name = parameter[1]
        cut = _says_secret(name) or (own is not None and unescape(name).removesuffix("=") not in own)
        return name if cut else parameter[0]

    return f"{before}{authority.rpartition('@')[2]}{_PATH.sub(less, path)}{_QUERY.sub(less, query + asked)}"


def _says_secret(name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(unescape(name))]
    return not _WHOLE.isdisjoint(words) or _HELD.search("".join(words)) is not None
