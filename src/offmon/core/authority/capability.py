"""What can be collected: each capability, where it is read, and for which purpose (R-LEG-5, R-DPA-1)."""

from enum import StrEnum


class Capability(StrEnum):
    """What may be collected. Each is a kind of grant; each is off unless a term makes it necessary (R-LEG-5, R-DPA-9)."""

    SITE = "site"
    PHRASE = "phrase"


class Source(StrEnum):
    """Where on a device something is read. A new one is in no assessment yet."""

    BROWSER = "browser"


class Purpose(StrEnum):
    """Why, within DPA 2018 s.31 (R-DPA-1)."""

    SUPERVISION = "supervision"
