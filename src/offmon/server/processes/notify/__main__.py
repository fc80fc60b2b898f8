"""python -m offmon.server.processes.notify: send messages until SIGTERM. Its environment: `base/settings/notify.py`."""

import sys

from offmon.server.processes.until_stopped import run_until_stopped

if __name__ == "__main__":
    sys.exit(run_until_stopped("notify", "send_until"))
