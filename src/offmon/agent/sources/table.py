"""The agent's sources: one row each, and those of a running agent taken together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from offmon.agent.collection_gate import CollectionGate
from offmon.agent.sources import pages
from offmon.agent.sources.source import AgentSource, Start
from offmon.core.authority.capability import CAPABILITIES, Capability, Source
from offmon.core.formats.event import GapReason
from offmon.core.ids import Ms


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source: its name, as impact assessments have it, and how it starts."""

    name: Source
    start: Callable[[Start], AgentSource]

    @property
    def serves(self) -> frozenset[Capability]:
        """The capabilities that it looks for."""
        return frozenset(one for one, rule in CAPABILITIES.items() if self.name in rule.sources)


SOURCES: Final = (SourceSpec(Source.BROWSER, pages.start),)


class Sources:
    """The sources of a running agent, by name."""

    def __init__(self, gate: CollectionGate, running: Mapping[Source, AgentSource]) -> None:
        self._gate = gate
        self.running = running

    @property
    def are_impatient(self) -> bool:
        """Whether one of them is to be served sooner than once a second."""
        return any(source.is_impatient for source in self.running.values())

    def filenos(self) -> tuple[int, ...]:
        """The descriptors that are readable when one of them has something to do."""
        return tuple(number for source in self.running.values() if (number := source.fileno()) is not None)

    def serve(self) -> None:
        """Take what has come."""
        for source in self.running.values():
            source.serve()

    def tick(self, raw: Ms) -> None:
        """The agent ticks."""
        for source in self.running.values():
            source.tick(raw)
            source.collector.tend(raw)

    def collecting(self, raw: Ms) -> bool:
        """Whether any of them may collect now. Each notes it."""
        asked = [source.collector.collecting(raw) for source in self.running.values()]
        return any(held is not None for held in asked)

    def idle(self, raw: Ms) -> tuple[GapReason | None, Ms]:
        """Why something is not collected though it should be, and since when: everything, or what some source should see."""
        why = self._gate.why_idle(raw)
        down = [(source.down_since(raw), source.collector) for source in self.running.values()]
        if why is None:
            late = [
                max(at, since)
                for at, collector in down
                if at is not None and collector.collecting(raw) and (since := collector.gaps.since) is not None
            ]
            if late:
                return GapReason.SOURCE_DOWN, min(late)
        return why, raw

    def untold_since(self, raw: Ms) -> Ms | None:
        """From when on one of them may yet tell of something, or prove to have missed it."""
        untold = (source.untold_since(raw) for source in self.running.values())
        return min((at for at in untold if at is not None), default=None)

    def close(self) -> None:
        """The agent ends."""
        for source in self.running.values():
            source.close()
