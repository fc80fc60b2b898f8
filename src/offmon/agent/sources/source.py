"""What the agent asks of every source. Each overrides what it needs."""

from dataclasses import dataclass

from offmon.agent.collect import Collector
from offmon.agent.home import AgentHome
from offmon.agent.sources.browsers import Beside, RunningProcess
from offmon.core.ids import Ms


@dataclass(frozen=True, slots=True)
class Start:
    """What a source gets as it starts. `known`: the processes that it heard in the agent's last run.

    `beside`: which of some processes have a window where the indicator is.
    """

    collector: Collector
    home: AgentHome
    beside: Beside
    known: tuple[RunningProcess, ...]
    raw: Ms


class AgentSource:
    """A source that sees nothing. Used by the thread that measures, so no method waits."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector

    @property
    def known(self) -> tuple[RunningProcess, ...]:
        """The processes that it hears, for the agent's next run."""
        return ()

    @property
    def is_impatient(self) -> bool:
        """Whether `serve` is due sooner than once a second, with nothing to read."""
        return False

    def fileno(self) -> int | None:
        """The descriptor that is readable when `serve` has something to do, if there is one."""
        return None

    def serve(self) -> None:
        """Take what has come."""

    def tick(self, raw: Ms) -> None:
        """Once a second, after the indicator was measured."""

    def down_since(self, raw: Ms) -> Ms | None:
        """Since when it may miss something that it should see. What it missed and is over it says to its collector's `gaps` first."""

    def untold_since(self, raw: Ms) -> Ms | None:
        """From when on it may yet tell of something, or prove to have missed it. A next run declares from there."""

    def close(self) -> None:
        """The agent ends."""
