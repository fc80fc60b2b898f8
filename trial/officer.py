"""An officer at the console, over real HTTP. Pages, forms, cookies and form tokens are a browser's."""

import http.client
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode, urljoin, urlsplit

from offmon.core.errors import OffmonError
from trial.apps import StaffWayIn, next_code
from trial.stack import HOSTS

TIMEOUT_S: Final = 60.0
MOST_REDIRECTS: Final = 5
CODE_PAGE: Final = "/sign-in/code/"


class ConsoleFailed(OffmonError):
    """The console did not answer as the demo expected. The status and path only: a page is about a person."""


@dataclass
class WebForm:
    """A form of a page: where it goes, what it already holds, which fields it has, and what stands behind the label of each choice."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    choices: dict[str, str] = field(default_factory=dict)
    ticked: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class OfficerPage:
    """An answer."""

    status: int
    path: str
    body: bytes
    links: tuple[str, ...]
    forms: tuple[WebForm, ...]
    text: str


class Visitor:
    """Somebody at a face (`console`, `portal` …), in a session of their own."""

    def __init__(self, face: str, port: int) -> None:
        self._host, self._port = HOSTS[face], port
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> OfficerPage:
        """A page, redirects followed."""
        return self._ask("GET", path)

    def submit(self, path: str, given: Mapping[str, str] | None = None, *, to: str = "") -> OfficerPage:
        """Open the page, fill in its form and send it. `to`: where that form goes, if not to the page itself.

        Raises ConsoleFailed where there is no such form, or it was not accepted.
        """
        return self._fill_in(self.get(path), given or {}, to=to)

    def submit_checked(self, path: str, given: Mapping[str, str]) -> OfficerPage:
        """… and record the answers on the page that shows them; or the form as it came back, where it was refused. Raises ConsoleFailed."""
        checked = self.submit(path, given)
        if not any("seal" in form.names for form in checked.forms):
            return checked
        return self._fill_in(checked, {}, {"step": "record"})

    def _fill_in(
        self,
        page: OfficerPage,
        given: Mapping[str, str],
        button: Mapping[str, str] = MappingProxyType({}),
        *,
        to: str = "",
    ) -> OfficerPage:
        wanted, target = set(given), urlsplit(urljoin(page.path, to)).path
        fitting = [form for form in page.forms if form.method == "post" and wanted <= form.names]
        own = [form for form in fitting if urlsplit(urljoin(page.path, form.action)).path == target]
        if page.status != http.client.OK or not own:
            raise ConsoleFailed("no-form", f"{page.path} answered {page.status} and has no form for {sorted(wanted)}.")
        ticked = [(name, value) for name, value in own[0].ticked if name not in wanted]
        filled_in = [*(own[0].values | dict(given) | dict(button)).items(), *ticked]
        answer = self._ask("POST", target, urlencode(filled_in))
        if answer.status != http.client.OK:
            raise ConsoleFailed("not-accepted", f"{page.path} answered {answer.status} to its form.")
        return answer

    def _ask(self, method: str, path: str, body: str | None = None) -> OfficerPage:
        for _ in range(MOST_REDIRECTS):
            status, headers, data = self._send(method, path, body)
            if status not in {301, 302, 303}:
                return _page(status, path, data, headers.get("Content-Type", ""))
            target = urlsplit(urljoin(path, headers["Location"]))
            method, body, path = "GET", None, target.path + (f"?{target.query}" if target.query else "")
        raise ConsoleFailed("redirects", f"{path} leads on and on.")

    def _send(self, method: str, path: str, body: str | None) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_S)
        headers = {
            "Host": f"{self._host}:{self._port}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise ConsoleFailed("console-silent", f"{path}: {type(error).__name__}") from None
        finally:
            connection.close()
        self._keep(answer.headers.get_all("Set-Cookie", []))
        return answer.status, answer.headers, data

    def _keep(self, lines: Iterable[str]) -> None:
        for line in lines:
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value


class Officer(Visitor):
    """One signed-in member of staff, in a session of their own."""

    def __init__(self, port: int, by: StaffWayIn) -> None:
        super().__init__("console", port)
        page = self.submit("/sign-in/", {"sign_in": by.sign_in, "password": by.password})
        if page.path == CODE_PAGE:
            page = self.submit(CODE_PAGE, {"code": next_code(by.secret)})
        if page.path.startswith("/sign-in/"):
            raise ConsoleFailed("sign-in-failed", f"The console did not let {by.sign_in} in.")


class _Reader(HTMLParser):
    """Takes a page's links, forms and words."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[WebForm] = []
        self.words: list[str] = []
        self._offered: dict[str, str] = {}
        self._label = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what matters of a tag."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "label":
            self._label = given.get("for", "")
        elif tag == "form":
            self.forms.append(WebForm(given.get("action", ""), given.get("method", "get").lower()))
        elif tag in {"input", "textarea", "select", "button"} and self.forms and "name" in given:
            form, name = self.forms[-1], given["name"]
            form.names.add(name)
            if given.get("type") == "checkbox" and "checked" in given:
                form.ticked.append((name, given.get("value", "")))
            elif tag == "input" and (given.get("type") not in {"radio", "checkbox"} or "checked" in given):
                form.values[name] = given.get("value", "")
            if given.get("type") == "radio":
                self._offered[given.get("id", "")] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """A label ends."""
        if tag == "label":
            self._label = ""

    def handle_data(self, data: str) -> None:
        """Note the words."""
        if said := " ".join(data.split()):
            self.words.append(said)
            if self._label in self._offered:
                self.forms[-1].choices[said] = self._offered[self._label]


def _page(status: int, path: str, body: bytes, kind: str) -> OfficerPage:
    reader = _Reader()
    if kind.startswith("text/html"):
        reader.feed(body.decode("utf-8", "replace"))
        reader.close()
    return OfficerPage(
        status, urlsplit(path).path, body, tuple(reader.links), tuple(reader.forms), "\n".join(reader.words)
    )
