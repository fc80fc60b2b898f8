"""A browser that goes on visiting, whether or not the agent is there: each visit once, and when it was.

python -m tests.integration.agent.feeder SOCKET VISITS
"""

import sys
import time
from pathlib import Path

from offmon.agent.clock import now
from offmon.agent.sources.replay import play


def main(path: Path, visits: int) -> None:
    for number in range(visits):
        sys.stdout.write(f"{number} {now()}\n")
        try:
            for _ in play(path, [{"url": f"https://{number}.listed.example", "title": ""}]):
                pass
        except OSError:  # nobody there, or gone while it was told
            time.sleep(0.02)
        time.sleep(0.02)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
