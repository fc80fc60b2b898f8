"""compile.of_parts: from the rows of orders to a signed profile, as a share of the bare cost of its parts.

The signer signs the profiles of one device, one after the other, as in production: it reads the rows, asks the log of each act, applies the
rule again, signs and writes. The parts, without a database: compiling the grants twice, the canonical form, the signature, and making the
entry. The difference is what distrust costs: the reads, and what is asked of the log. Its rows are of one case with one order.
"""

import cProfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from bench.ground import Ground
from bench.inside import hottest as lines_of
from bench.result import Found
from offmon.core.authority.profile import Profile, compile_grants
from offmon.core.formats import codec, dsse
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Id
from offmon.core.log.audit import Verb, commit_of
from offmon.server.base import clock
from offmon.server.base.ids import new_salt
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments.actions import do_sign_profile
from offmon.server.deployments.policy import newest_authorised
from offmon.server.detectors import queries as detectors
from offmon.server.orders.queries import authority_of
from tests.support.kept import enrolled
from tests.support.story import Story

PROFILES: Final = 40


def measure(ground: Ground) -> Found:
    """Both, on one story."""
    with _story(ground) as story:
        _signed(story)
        seconds = sum(_signed(story) for _ in range(PROFILES))
        part = _parts(story)
        part()
        began = time.perf_counter()
        for _ in range(PROFILES):
            part()
        parts = time.perf_counter() - began
    return Found(
        ratios={"compile.of_parts": parts / seconds},
        figures={"compile.profiles_per_s": PROFILES / seconds, "parts.profiles_per_s": PROFILES / parts},
    )


def hottest(ground: Ground) -> list[str]:
    """A profile of the signer."""
    with _story(ground) as story:
        _signed(story)
        profile = cProfile.Profile()
        asked = story.ask_profile()
        with story.running(Process.SIGNER), story.with_keys():
            profile.runcall(do_sign_profile, asked, story.signing(), actor=story.signer)
    return lines_of(profile).splitlines()


@contextmanager
def _story(ground: Ground) -> Iterator[Story]:
    with ground.database() as (database, folder):
        yield enrolled(Story(database, folder))


def _signed(story: Story) -> float:
    """How long the signer takes for the device's next profile; asking for it is not measured."""
    asked: Id = story.ask_profile()
    with story.running(Process.SIGNER), story.with_keys():
        signing = story.signing()
        with scope(story.signer):
            authority_of(story.case)  # the connection is there, as a pool has it
        began = time.perf_counter()
        do_sign_profile(asked, signing, actor=story.signer)
        seconds = time.perf_counter() - began
    story.take_profile()
    return seconds


def _parts(story: Story) -> Callable[[], None]:
    """The work of one profile that needs no database, with what the signer read."""
    with story.running(Process.SIGNER), story.with_keys(), scope(story.signer):
        instruments, terms = authority_of(story.case)
        authorisation = newest_authorised(story.deployment)
        lists = [live.declared for live in detectors.live_lists(story.signing().ring, clock.now())]
    choices = authorisation.chosen or () if authorisation else ()
    profile: Profile = story.profiles[-1]
    key, entry, at = story.keys[KeyRole.PROFILE], story.entries(Verb.PROFILE_SIGNED)[-1], profile.lease.since

    def part() -> None:
        for _ in range(2):
            compile_grants(instruments, terms, choices, lists, at)
        dsse.sign(profile, key)
        codec.dump(entry)
        commit_of(entry, new_salt())

    return part
