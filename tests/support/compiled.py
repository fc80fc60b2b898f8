"""A face's templates, compiled and loaded once for a run, and its addresses read once.

Django drops both when settings change, and each test begins with its face's settings. Compiling again took half of such a test, loading
again and reading the addresses a tenth. Each is kept by what it was made of: the checksum of a template's source, as in Jinja itself, the
folders of an environment, the module of addresses.
"""

from typing import Any
from unittest.mock import patch

from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache


def keep_what_was_made() -> None:
    """From now on in this process. Django is set up already."""
    from offmon.server.base.web import jinja

    made: dict[tuple[object, ...], Environment] = {}
    make = jinja.environment

    def environment(**options: Any) -> Environment:
        parts = _made_of(options)
        if parts not in made:
            made[parts] = make(**options)
        return made[parts]

    patch.object(jinja, "environment", environment).start()
    patch("django.urls.clear_url_caches", lambda: None).start()  # the caches are by module of addresses


def _made_of(options: dict[str, Any]) -> tuple[object, ...]:
    rest = {name: value for name, value in options.items() if name != "loader"}
    return (*options["loader"].searchpath, *sorted(rest.items(), key=lambda item: item[0]))


class CompiledOnce(BytecodeCache):
    """In memory, for as long as the run."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Jinja drops it where the source is another by now."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """After a template was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()
