"""Whether a replacement takes what the function takes and gives what it gives, as far as one can see without running either."""

import ast
import inspect
import types
import typing
from typing import Any

from tests.prove.register import Function
from tests.prove.replacing import replacement_of, resolve


def misfits(named: Function) -> str:
    """What is wrong with the shape of the replacement. Empty where nothing is seen."""
    holder, name = resolve(named.function)
    function = getattr(holder, name)
    taken, takes = _parameters(function), _parameters(replacement_of(function, named.disabled))
    if takes != taken and ("args", inspect.Parameter.VAR_POSITIONAL) not in takes:
        return f"it takes {[name for name, _ in takes]}, and the function {[name for name, _ in taken]}"
    body = ast.parse(named.disabled, mode="eval").body
    assert isinstance(body, ast.Lambda)
    try:
        given = ast.literal_eval(body.body)
    except ValueError:
        return ""  # worked out when it is called
    gives = typing.get_type_hints(inspect.unwrap(function))["return"]
    return "" if _fits(given, gives) else f"it gives {given!r}, and the function {gives}"


def _parameters(function: Any) -> list[tuple[str, Any]]:
    return [(one.name, one.kind) for one in inspect.signature(function).parameters.values()]


def _fits(value: object, hint: Any) -> bool:
    """Whether a literal is of a type."""
    hint = getattr(hint, "__value__", getattr(hint, "__supertype__", hint))  # what an alias or a new type is made of
    origin, within = typing.get_origin(hint) or hint, typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        return any(_fits(value, one) for one in within)
    if origin is tuple and isinstance(value, tuple) and ... not in within:
        return len(value) == len(within) and all(map(_fits, value, within))
    if origin in {list, tuple} and isinstance(value, origin):
        return all(_fits(one, within[0]) for one in typing.cast("list[object]", value))
    return isinstance(value, typing.cast("type", origin))
