"""Sets up Django for every test of the server, before a folder's own conftest can do it with less."""

from tests.server import set_up_django

set_up_django()
