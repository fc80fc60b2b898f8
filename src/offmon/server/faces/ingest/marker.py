"""The marker page: opened in a browser of a device, it shows that monitoring works there (docs/specs/device-protocol.md).

The device notes its address and tells when it was open; this process learns nothing from the page's being fetched. Whoever sits at the
keyboard may see it, so that it is as neutral as the device's own first page.
"""

from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import Final

from django.http import HttpRequest, HttpResponse

from offmon.core.formats.problem import Problem
from offmon.server.base.web.permissions import public
from offmon.server.faces.ingest.answers import Turned
from offmon.words.catalogue import Language, translate

_STYLE: Final = "body{font:1.2rem/1.5 sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}"
_HASH: Final = b64encode(sha256(_STYLE.encode()).digest()).decode()
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@public("a page for any browser, which holds nothing of anybody")
def marker(request: HttpRequest) -> HttpResponse:
    """`GET /marker`: the same few sentences for everybody, in English and Welsh."""
    if request.method != "GET" or request.META.get("QUERY_STRING"):
        raise Turned(Problem.NOT_FOUND)
    response = HttpResponse(_page(), content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = _POLICY
    response["Referrer-Policy"] = "no-referrer"
    return response


def _page() -> str:
    title = escape(translate(Language.ENGLISH, "device.marker.title"))
    told = "".join(
        f'<section lang="{one}">'
        f"<h{level}>{escape(translate(one, 'device.marker.title'))}</h{level}>"
        + "".join(f"<p>{escape(translate(one, f'device.marker.{said}'))}</p>" for said in ("what", "nothing", "close"))
        + "</section>"
        for level, one in enumerate((Language.ENGLISH, Language.WELSH), 1)
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main>{told}</main></body></html>"
    )
