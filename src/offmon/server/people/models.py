"""Columns and constraints of people: a case is one supervised person under one lead agency (formats §7).

Rules
- Name and identifiers are *restricted*: encrypted with the agency's column key, read only through `queries` (design §4).
- The reference is the agency's own number for the case. Nothing else identifies the person by it.
"""

from typing import ClassVar

from django.db import models

from offmon.server.base.fields import BytesField, TextField
from offmon.server.base.rows import CaseRow


class Person(CaseRow):
    """The supervised person of a case. `id` is the case's own id: one person, one case, one lead agency."""

    KIND = "person"
    COMMITS = ("reference", "name", "language")

    reference = TextField()
    name = BytesField()
    language = TextField(default="en")

    class Meta:
        """A case has one person, and a reference names one case of an agency."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "reference"], name="person_reference_once"),
            models.CheckConstraint(condition=models.Q(id=models.F("case")), name="person_is_the_case"),
        ]
