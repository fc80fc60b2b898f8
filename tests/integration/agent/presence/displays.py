"""A display that a test starts and ends itself."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from offmon.agent.presence.indicator import Indicator
from offmon.agent.presence.states import Form
from offmon.core.ids import Ms
from tests.support.patience import PATIENCE_S


def start_display(*more: str, screen: str = "1280x800x24") -> tuple[subprocess.Popen[bytes], str]:
    """Xvfb picks a free number itself and writes it once it answers."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", screen, "-nolisten", "tcp", "-noreset", *more],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as numbers:
        number = numbers.readline().strip()
    assert number, "Xvfb did not start"
    return server, f":{number}"


@contextmanager
def a_desktop(screen: str = "1280x800x24") -> Iterator[str]:
    """A display with a window manager, as somebody sits at one."""
    server, name = start_display(screen=screen)
    manager = subprocess.Popen(["openbox"], env=os.environ | {"DISPLAY": name}, stderr=subprocess.DEVNULL)
    yield name
    end(manager)
    end(server)


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(PATIENCE_S)


def stand(indicator: Indicator, form: Form) -> None:
    """Have it stand in that form, as it does after thirty seconds."""
    if form is Form.STRIP:
        indicator.fold()
        indicator.measure(Ms(0))
    assert indicator.form is form
