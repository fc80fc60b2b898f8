"""Every face's doors are looked at, and each of them says who may open it (design §3)."""

from pathlib import Path

from tests.server import set_up_django

set_up_django()

from offmon.core.assurance import Standing  # noqa: E402  # apps before addresses
from offmon.core.ids import Ms  # noqa: E402
from offmon.server import faces  # noqa: E402
from offmon.server.oversight import doors  # noqa: E402


def test_no_face_is_forgotten() -> None:
    [folder] = faces.__path__
    assert {path.parent.name for path in Path(folder).glob("*/urls.py")} == set(doors.FACES)


def test_every_door_of_every_face_is_marked() -> None:
    look = doors.look(Ms(0))
    assert look.standing is Standing.HOLDS
    assert (look.figure or 0) > 100
