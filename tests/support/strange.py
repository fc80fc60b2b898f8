"""Requests with unreadable headers, sent to an application as its server sends them."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any, Final

from django.test import RequestFactory

CONTENT_TYPES: Final = (
    "application/json; a*=nope''x",  # a charset that does not exist
    "application/json; a*=%00''x",
    "application/json; a*=undefined''x",  # one that no text can be in
    "application/json; a=" + "x" * 20_000,
    "multipart/form-data; boundary=x; charset=hex",  # one that is none
    "application/x-www-form-urlencoded; charset=utf-16",  # ours is UTF-8 throughout
)

type Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def ask(application: Application, path: str, content_type: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of what is answered to a form sent there, said to be of that type."""
    said: list[Any] = []
    sent = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'
    environ = RequestFactory()._base_environ(PATH_INFO=path, REQUEST_METHOD="POST")  # type: ignore[attr-defined]
    environ |= {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(sent)), "wsgi.input": BytesIO(sent), **headers}
    body = b"".join(application(environ, lambda *answer: said.extend(answer)))
    return int(said[0].split()[0]), dict(said[1]), body.decode()
