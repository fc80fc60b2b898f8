"""The environment of a process: each value as `X`, or in the file that `X_FILE` names.

Rules
- A secret comes as a file: child processes inherit an environment, and tools that list processes show it.
- A missing value stops the start with a paragraph that says what it is and how to give it.
- No default is unsafe in production, and no setting switches debugging on.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from offmon.core.errors import Refused

SECRET_LENGTH = 32
SECRET_VARIETY = 10  # different characters: below that it was typed, not drawn
DEFAULT_KEYS = ("django-insecure", "change", "secret", "example", "default")


def optional(name: str, environ: Mapping[str, str] = os.environ) -> str | None:
    """The value of `X`, or of the file `X_FILE`; None where neither is set. Raises Refused for both, or an unreadable file."""
    direct, file = environ.get(name), environ.get(f"{name}_FILE")
    if direct is not None and file is not None:
        raise Refused(
            "setting-twice", f"{name} and {name}_FILE are both set. Keep one, so that it is plain which counts."
        )
    if file is None:
        return direct
    try:
        return Path(file).read_text().strip()
    except (OSError, UnicodeDecodeError):
        message = f"{name}_FILE names {file}, which this process cannot read. Check that it exists and belongs to it."
        raise Refused("setting-unreadable", message) from None


def required(name: str, meaning: str, environ: Mapping[str, str] = os.environ) -> str:
    """The value, where the process cannot do without. `meaning` says what it is. Raises Refused."""
    value = optional(name, environ)
    if not value:
        message = (
            f"{name} is not set. It is {meaning}.\n"
            f"Set {name}, or (better for a secret) write it to a file that only this process can read and set "
            f"{name}_FILE to that file's path.\nOn a development machine `make run` does this for you."
        )
        raise Refused("setting-missing", message)
    return value


def listed(name: str, environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """What stands there between commas; nothing where it is not set, which must then be the strict choice. Raises Refused."""
    return tuple(part.strip() for part in (optional(name, environ) or "").split(",") if part.strip())


def numbers(name: str, meaning: str, environ: Mapping[str, str] = os.environ) -> tuple[int, ...]:
    """Whole numbers with a comma between them, at least one. Raises Refused."""
    try:
        return tuple(int(part) for part in required(name, meaning, environ).split(","))
    except ValueError:
        raise Refused("setting-no-number", f"{name} is {meaning}: numbers, with a comma between them.") from None


def secret(name: str, meaning: str, environ: Mapping[str, str] = os.environ) -> str:
    """A secret that was drawn at random: long, varied and no example's. Raises Refused, without quoting it."""
    value = required(name, meaning, environ)
    if len(value) < SECRET_LENGTH or len(set(value)) < SECRET_VARIETY or value.lower().startswith(DEFAULT_KEYS):
        message = (
            f"{name} is too short, too plain or an example's. Draw a new one, for instance with: "
            "python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
        raise Refused("setting-weak-secret", message)
    return value
