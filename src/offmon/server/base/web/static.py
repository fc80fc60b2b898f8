"""Static files, served by the face itself from memory.

* A request names a key of a dictionary that was read at start. No path of a request reaches the file system.
* An address holds the *release*, a hash over all files. So a file may be cached for ever, and files refer to each other by relative address
  without rewriting.
* While two releases run side by side, an address of the other release still answers, but is not cached.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import URLPattern, path
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from offmon.server.base.web.permissions import public

_PREFIX = "static"
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_SMALLEST_WORTH_PACKING = 1024
# Named here, since the machine's own table of types differs from one to the next. Anything else is not served.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    packed: bytes | None
    content_type: str
    etag: str


@dataclass(frozen=True, slots=True)
class _Shelf:
    release: str
    files: dict[str, _File]


def _shelf() -> _Shelf:
    """``static/`` of every Offmon app that is installed. Other packages' files are not ours to serve."""
    return _read_all(tuple(one.path for one in apps.get_app_configs() if one.name.startswith("offmon.")))


@cache
def _read_all(apps_at: tuple[str, ...]) -> _Shelf:
    """Read once. By the apps' folders, since a run of tests has one face after another: as text, which is hashed once a process."""
    files: dict[str, _File] = {}
    for root in (Path(app) / "static" for app in apps_at):
        if root.is_dir():
            found = (file for file in sorted(root.rglob("*")) if file.suffix in _TYPES and file.is_file())
            files |= {file.relative_to(root).as_posix(): _read(file) for file in found}
    inventory = "".join(f"{name}\0{file.etag}\n" for name, file in sorted(files.items()))
    return _Shelf(hashlib.sha256(inventory.encode()).hexdigest()[:16], files)


def _read(file: Path) -> _File:
    body = file.read_bytes()
    packed = gzip.compress(body, mtime=0) if len(body) >= _SMALLEST_WORTH_PACKING else None
    return _File(body, packed, _TYPES[file.suffix], hashlib.sha256(body).hexdigest()[:32])


def static_url(name: str) -> str:
    """The address of a static file, for templates: ``static("web/start.js")``. An unknown name raises ImproperlyConfigured."""
    shelf = _shelf()
    if name not in shelf.files:
        message = f"no static file {name}: put it in static/ of an installed Offmon app"
        raise ImproperlyConfigured(message)
    return f"/{_PREFIX}/{shelf.release}/{name}"


@public("style sheets, scripts and pictures hold nothing about anyone")
@require_safe
def serve(request: HttpRequest, release: str, name: str) -> HttpResponse:
    """One static file, by the name it was read under at start."""
    shelf = _shelf()
    file = shelf.files.get(name)
    if file is None:
        raise Http404
    etag = f'"{file.etag}"'
    response: HttpResponse
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    elif file.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(file.packed, content_type=file.content_type)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(file.body, content_type=file.content_type)
    response["ETag"] = etag
    response["Cache-Control"] = _FOR_EVER if release == shelf.release else _ASK_AGAIN
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def static_route() -> URLPattern:
    """The line for a face's URL patterns."""
    return path(f"{_PREFIX}/<slug:release>/<path:name>", serve, name="static")
