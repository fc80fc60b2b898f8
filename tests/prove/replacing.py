"""Putting another function in the place of one, wherever it is imported later."""

import importlib
from collections.abc import Callable
from typing import Any

from tests.prove.verdict import is_misshapen, line_of

BROKE: list[str] = []  # what a replacement said that failed for its shape


def disable(path: str, expression: str) -> None:
    """Replace a function, and note where the replacement fails for its shape: whoever calls it may hide that."""
    if path.startswith("offmon.server."):
        from tests.server import set_up_django  # not before: what it imports may import what is replaced

        set_up_django()
    holder, name = resolve(path)
    replacement = replacement_of(getattr(holder, name), expression)

    def instead(*args: Any, **kwargs: Any) -> Any:
        try:
            return replacement(*args, **kwargs)
        except Exception as error:
            if is_misshapen(error):
                BROKE.append(f"the replacement: {line_of(error)}")
            raise

    setattr(holder, name, instead)


def replacement_of(original: Any, expression: str) -> Callable[..., Any]:
    """What stands in the function's place: as its entry in the register says it."""
    made: Callable[..., Any] = eval(expression, {"original": original})  # noqa: S307  our own register, in our own tree
    return made


def resolve(path: str) -> tuple[Any, str]:
    """The module or class that holds a function, and its name there. Raises ImportError or AttributeError."""
    parts = path.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            holder: Any = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:-1]:
            holder = getattr(holder, part)
        getattr(holder, parts[-1])
        return holder, parts[-1]
    raise ImportError(path)
