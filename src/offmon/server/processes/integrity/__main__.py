"""python -m offmon.server.processes.integrity: look at rows until SIGTERM. Its environment: `base/settings/integrity.py`."""

import sys

from offmon.server.processes.until_stopped import run_until_stopped

if __name__ == "__main__":
    sys.exit(run_until_stopped("integrity", "look_until"))
