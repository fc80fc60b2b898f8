"""python -m offmon.server.processes.worker: one loop an agency, until SIGTERM. Its environment: `base/settings/worker.py`."""

import sys

from offmon.server.processes.until_stopped import run_until_stopped

if __name__ == "__main__":
    sys.exit(run_until_stopped("worker", "work"))
