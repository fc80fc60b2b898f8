"""The plain part of YAML of our hand-written documents. Anything else is refused, so that nothing is misread.

Mappings and lists by two spaces, `- ` items, `|` blocks, one-line flow lists, quoted and plain scalars, whole-line comments.
"""

import json
import re
from collections.abc import Sequence

type Tree = dict[str, "Tree"] | list["Tree"] | str | int | bool | None

_KEY = re.compile(r"(?P<key>\"[^\"]+\"|[$\w/.+-]+):(?: (?P<value>.*))?")


def load(text: str) -> Tree:
    """The document. Raises ValueError with the line that is not plain."""
    lines = [line for line in text.split("\n") if not line.lstrip().startswith("#")]
    tree, rest = _block(lines, 0)
    if any(line.strip() for line in rest):
        raise ValueError(f"not at this depth: {rest[0]!r}")
    return tree


def _block(lines: Sequence[str], depth: int) -> tuple[Tree, list[str]]:
    rest = list(lines)
    tree: dict[str, Tree] = {}
    items: list[Tree] = []
    while rest:
        line = rest[0]
        if not line.strip():
            rest.pop(0)
            continue
        indent = len(line) - len(line.lstrip())
        if indent < depth:
            break
        if indent > depth:
            raise ValueError(f"too deep: {line!r}")
        if line[depth:].startswith("- "):
            rest[0] = " " * (depth + 2) + line[depth + 2 :]
            item, rest = _block(rest, depth + 2)
            items.append(item)
            continue
        match = _KEY.fullmatch(line.strip())
        if match is None:
            raise ValueError(f"not plain: {line!r}")
        key = match["key"].strip('"')
        if key in tree:
            raise ValueError(f"twice: {line!r}")
        tree[key], rest = _value(match["value"], rest[1:], depth)
    if tree and items:
        raise ValueError("a mapping and a list at one depth")
    return items or tree, rest


def _value(value: str | None, rest: list[str], depth: int) -> tuple[Tree, list[str]]:
    if value == "|":
        end = next(
            (i for i, line in enumerate(rest) if line.strip() and not line.startswith(" " * (depth + 2))), len(rest)
        )
        return "\n".join(line[depth + 2 :] for line in rest[:end]).strip() + "\n", rest[end:]
    if value:
        return _scalar(value), rest
    return _block(rest, depth + 2)


def _scalar(value: str) -> Tree:
    if value[0] in '"[':
        # A flow list of plain words is JSON once its words are quoted.
        quoted = re.sub(r"(?<=[\[ ])([$\w/-]+)(?=[,\]])", r'"\1"', value) if value[0] == "[" else value
        result: Tree = json.loads(quoted)
        return result
    if value[0] in "{&*!|>%@`'":
        raise ValueError(f"not plain: {value!r}")
    plain: dict[str, Tree] = {"true": True, "false": False, "null": None}
    return plain[value] if value in plain else int(value) if value.removeprefix("-").isdigit() else value
