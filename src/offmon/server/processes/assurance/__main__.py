"""python -m offmon.server.processes.assurance: look until SIGTERM. Its environment: `base/settings/assurance.py`."""

import sys

from offmon.server.processes.until_stopped import run

if __name__ == "__main__":
    sys.exit(run("assurance", "look_until"))
