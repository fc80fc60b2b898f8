"""Django, for the records of orders."""

from tests.server import set_up_django

set_up_django()
