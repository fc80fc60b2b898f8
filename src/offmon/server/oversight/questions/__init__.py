"""The questions to the running database, one a file."""

from functools import cache
from importlib.resources import files


@cache
def question(name: str) -> str:
    """The SQL of the question of that name."""
    return files(__package__).joinpath(f"{name}.sql").read_text("utf-8")
