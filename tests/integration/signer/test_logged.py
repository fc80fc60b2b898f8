"""A row says who agreed, and the log must say it too: the signer asks it, as a court will (R-LEG-24; formats §9, *authorised*; S74)."""

from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest

from offmon.core import codec
from offmon.core.acts import ASKED
from offmon.core.audit import Entry, Outcome, Verb
from offmon.core.errors import Refused
from offmon.core.order import Capability
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.base.signer import Signer
from offmon.server.orders.queries import check_confirmed
from tests.integration.signer.test_sign import device_of
from tests.support.story import Story
from tests.support.taken import overwrite

type Bend = Callable[[Story, Entry], Entry]


def by(who: Callable[[Story], Actor]) -> Bend:
    return lambda story, entry: replace(entry, actor=who(story).core())


def denied(_: Story, entry: Entry) -> Entry:
    return replace(entry, outcome=Outcome.DENIED)


def of_nothing(_: Story, entry: Entry) -> Entry:
    return replace(entry, touched=())


def logged(story: Story, verb: Verb, bend: Bend) -> None:
    """The entries of that verb as somebody with the database would have them: the row that they are about is left as it was."""
    with psycopg.connect(story.database.server.superuser_url, dbname=story.database.name) as superuser:
        rows = superuser.execute("select id::text, doc from audit_entry where verb = %s", [verb.value]).fetchall()
    for row, doc in rows:
        entry = codec.load(Entry, bytes(doc), max_size=1 << 20)
        overwrite(story, "audit_entry", row, {"doc": codec.dump(bend(story, entry))})


@pytest.mark.parametrize(
    ("verb", "bend", "code"),
    [
        (Verb.TERM_RECORDED, by(lambda story: story.colleague), "act-of-another"),
        (Verb.TERM_CONFIRMED, by(lambda story: story.officer), "act-of-another"),  # one person recorded and confirmed
        (Verb.TERM_CONFIRMED, denied, "act-not-logged"),
        (Verb.TERM_CONFIRMED, of_nothing, "act-not-logged"),
        (Verb.DEPLOYMENT_DRAFTED, by(lambda story: story.authoriser), "act-of-another"),
        (Verb.DEPLOYMENT_AUTHORISED, by(lambda story: story.officer), "act-of-another"),
        (Verb.DEPLOYMENT_AUTHORISED, denied, "act-not-logged"),
        (Verb.NOTICE_SERVED, by(lambda story: story.colleague), "act-of-another"),
        (Verb.ENROLMENT_OFFERED, by(lambda story: story.colleague), "act-of-another"),
        (Verb.ENROLMENT_OFFERED, of_nothing, "act-not-logged"),
    ],
)
def test_no_profile_is_signed_on_what_the_log_says_otherwise(
    story: Story, signer: Signer, verb: Verb, bend: Bend, code: str
) -> None:
    profile = story.ask_profile()
    logged(story, verb, bend)
    signer.sign_profile(profile)
    assert device_of(story).refusal == code
    [entry] = story.entries(Verb.PROFILE_SIGNED)
    assert (entry.outcome, entry.reason) == (Outcome.DENIED, code)


def test_nor_is_anything_drafted_on_it(story: Story) -> None:
    logged(story, Verb.TERM_CONFIRMED, by(lambda story: story.officer))
    with story.console(), scope(story.officer), pytest.raises(Refused, match="was another's act") as refusal:
        check_confirmed({story.terms[Capability.SITE]})
    assert refusal.value.code == "act-of-another"


def test_the_role_of_the_signer_reads_of_the_log_what_it_asks_and_no_more(story: Story) -> None:
    with story.database.connect("offmon_signer") as signer:
        signer.execute("select set_config('offmon.agency', %s, true)", [story.agency])
        read = {Verb(verb) for (verb,) in signer.execute("select verb from audit_entry").fetchall()}
        assert read == ASKED
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            signer.execute("select salt from audit_entry")
