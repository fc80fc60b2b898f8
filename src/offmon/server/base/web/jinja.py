"""The Jinja environment of every face: escaping on, GOV.UK's macros, and the few names our templates need.

Escaping is never switched off. Only a template's own markup counts as safe.
"""

from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.urls import reverse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader, PrefixLoader

from offmon.server.base.web.forms import component_of, summary_of
from offmon.server.base.web.request_id import current_request_id
from offmon.server.base.web.static import static_url


def environment(**options: Any) -> Environment:
    """Make the environment (Django calls this with its own options).

    ``ChainableUndefined`` because GOV.UK's macros ask for parameters that were not given, as their originals do.
    """
    options["undefined"] = ChainableUndefined
    options["autoescape"] = True
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    options["loader"] = ChoiceLoader([options["loader"], govuk])
    made = Environment(trim_blocks=True, lstrip_blocks=True, **options)  # noqa: S701  # autoescape is True, above
    made.globals.update(
        static=static_url,
        url=_url,
        request_id=current_request_id,
        component_of=component_of,
        summary_of=summary_of,
        messages_of=_messages_of,
        brand="Offmon",
    )
    return made


def _url(name: str, *args: object, **kwargs: object) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None)


def _messages_of(request: HttpRequest | None) -> list[tuple[str, str]]:
    """What a previous step left to say: (level, text). Empty where a face has no messages."""
    return [(message.level_tag, str(message.message)) for message in get_messages(request)] if request else []
