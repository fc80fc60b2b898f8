"""What may stand in an address beside words of our own: a value of a closed form, read as its type."""

from collections.abc import Callable

from django.urls import register_converter


def known_in_addresses(name: str, kind: Callable[[str], str], regex: str) -> None:
    """Make `<name:…>` known in URL patterns: a text that fits `regex`, which a view gets as `kind`."""
    members = {"regex": regex, "to_python": lambda _, text: kind(text), "to_url": lambda _, value: str(value)}
    register_converter(type(f"{name.capitalize()}Converter", (), members), name)
