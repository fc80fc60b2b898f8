"""python -m offmon.server.processes.assurance: check until SIGTERM. Its environment: `base/settings/assurance.py`."""

import sys

from offmon.server.processes.until_stopped import run_until_stopped

if __name__ == "__main__":
    sys.exit(run_until_stopped("assurance", "look_until"))
