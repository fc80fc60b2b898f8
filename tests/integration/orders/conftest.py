"""Django, for what is recorded of orders."""

from tests.server import set_up_django

set_up_django()
