"""The notice and its Easy Read form block by block: nothing of them can be left out, cut, or said of somebody else (R-RGT-1, R-RGT-6)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from offmon.core.authority.capability import Capability
from offmon.core.authority.inventory import NEVER
from offmon.core.authority.notice import Content, Head, Party, Told, ToldDevice, ToldTerm, Watcher
from offmon.core.clock import Period
from offmon.core.formats.event import Gravity
from offmon.words.catalogue import Language, texts, translate
from offmon.words.dates import day, last_day
from offmon.words.document import Block, Kind
from offmon.words.easy_read import easy
from offmon.words.forms import Form, in_form
from offmon.words.notice import write
from tests.unit.core.authority.test_notice import content
from tests.unit.core.samples import digest, ident, on
from tests.unit.words.spelled import Spelled
from tests.unit.words.test_notice import under

SINCE, UNTIL, SET_UP = on(2026, 3, 2), on(2027, 3, 1), on(2026, 11, 20)


def several() -> Content:
    """A notice with two and more of all that there can be several of."""
    it = content()
    shpo, licence = it.told.grounds
    more = replace(shpo, terms=(*shpo.terms, ToldTerm("A second term.", Period(SINCE, UNTIL))))
    return replace(
        it,
        controllers=(
            *it.controllers,
            Party("An invented service", "87 000", digest("second root")),
            Party("An invented third", "88 000", digest("third root")),
        ),
        told=Told((more, licence), it.told.collects, it.told.lists),
        devices=(*it.devices, ToldDevice(ident("second device"), SINCE)),
        on_call={gravity: f"desk for {gravity}" for gravity in Gravity},
        witnesses=(
            *it.witnesses,
            Watcher("witness.invalid/2", digest("second witness"), "The supplier", independent=False),
        ),
    )


def spelled(of: Language) -> Iterator[Block]:
    """That notice."""
    it, page = several(), Spelled(of)
    yield from who_and_why(it, page, of)
    yield from page.head("notice.head.what")
    yield from page.collected("phrases@1, sites@1", Capability.SITE, Capability.PHRASE)
    yield from where_and_when(it, page, of)
    yield from what_follows(it, page)
    yield from whom_to_call(it, page, of)


def who_and_why(it: Content, page: Spelled, of: Language) -> Iterator[Block]:
    (shpo, licence), (force, service, third) = it.told.grounds, it.controllers
    yield from page.title("notice.title")
    yield from page.text("notice.for", name="Sam Invented", reference="86/1")
    yield from page.text("notice.about", day=day(of, it.made_at), authorisation=it.authorisation)
    yield from page.text("notice.begins")
    yield from page.head("notice.head.who")
    yield from page.text("notice.who.lead", name=force.name)
    yield from page.text("notice.who.joint", name=service.name)
    yield from page.text("notice.who.joint", name=third.name)
    yield from page.head("notice.head.contact")
    yield from page.text("notice.contact.intro")
    for party in (force, service, third):
        yield from page.item("notice.contact.party", name=party.name, contact=party.contact)
    yield from page.head("notice.head.why")
    yield from page.text("notice.why.intro")
    for ground, basis, count in ((shpo, "shpo_sc", 2), (licence, "licence", 1)):
        kind = translate(of, f"notice.basis.{basis}")
        yield from page.text("notice.why.ground", kind=kind, reference=ground.reference, made_by=ground.made_by)
        assert len(ground.terms) == count
        for term in ground.terms:
            yield from page.item("notice.why.term", text=term.text)


def where_and_when(it: Content, page: Spelled, of: Language) -> Iterator[Block]:
    (always, second), (fixed,) = (ground.terms for ground in it.told.grounds)
    yield from page.head("notice.head.devices")
    yield from page.text("notice.devices.enrolled")
    for name, at in (("device", SET_UP), ("second device", SINCE)):
        yield from page.item("notice.devices.device", name=ident(name)[:8], day=day(of, at))
    yield from page.text("notice.devices.rule")
    yield from page.head("notice.head.when")
    yield from page.text("notice.when.begins")
    yield from page.item("notice.when.open", text=always.text, since=day(of, always.period.since))
    for term, since in ((second, SINCE), (fixed, on(2026, 3, 2))):
        yield from page.item("notice.when.fixed", text=term.text, since=day(of, since), until=last_day(of, UNTIL))
    yield from page.text("notice.when.lease", days=30)


def what_follows(it: Content, page: Spelled) -> Iterator[Block]:
    yield from page.head("notice.head.seen-by")
    yield from page.text("notice.seen.intro", "notice.seen.opening")
    yield from page.item("notice.role.offender_manager", "notice.role.supervisor", "notice.role.evidence_officer")
    yield from page.text("notice.seen.logged")
    yield from page.head("notice.head.kept")
    yield from page.text("notice.kept.rule", "notice.kept.log")
    yield from page.head("notice.head.happens")
    yield from page.text("notice.happens.decides", "notice.happens.serious")
    yield from page.text("notice.happens.shpo_sc", "notice.happens.licence", "notice.happens.gap")
    yield from page.head("notice.head.software")
    yield from page.text("notice.software.looks", "notice.software.human")
    yield from page.head("notice.head.rights")
    yield from page.text("notice.rights.intro")
    yield from page.item(*(f"notice.rights.{one}" for one in ("access", "rectify", "erase", "automated")))
    yield from page.text("notice.rights.how")
    yield from page.head("notice.head.complaint")
    yield from page.text("notice.complaint.agency", "notice.complaint.ico")
    yield from page.head("notice.head.court")
    yield from page.text("notice.court.shpo_sc", "notice.court.licence")
    yield from page.head("notice.head.advice")
    yield from page.text("notice.advice.solicitor", "notice.advice.excluded")
    yield from page.head("notice.head.fault")
    yield from page.text("notice.fault.tell")
    yield from page.text("notice.fault.contact", contact=it.controllers[0].contact)


def whom_to_call(it: Content, page: Spelled, of: Language) -> Iterator[Block]:
    yield from page.head("notice.head.hours")
    yield from page.text("notice.hours.emergency", "notice.hours.office")
    yield from page.item("notice.hours.watched", hours=it.office_hours)
    yield from page.text("notice.hours.outside")
    for gravity in ("urgent", "high", "standard"):
        called = translate(of, f"notice.gravity.{gravity}")
        yield from page.item("notice.hours.called", gravity=called, contact=f"desk for {gravity}")
    yield from page.text("notice.hours.behind", contact=it.duty_inspector)
    yield from page.head("notice.head.delay")
    yield from page.text("notice.delay.rule", days=14, looks=15)
    yield from page.head("notice.head.paper")
    yield from page.text("notice.paper.why", "notice.paper.checkpoint")
    yield from page.code(*it.checkpoint.splitlines())
    for party in it.controllers:
        yield from page.text("notice.paper.root", name=party.name)
        yield from page.code(party.root)
    for witness, stands in zip(it.witnesses, ("independent", "not-independent"), strict=True):
        yield from page.text("notice.paper.witness", name=witness.name, operator=witness.operator)
        yield from page.code(witness.fingerprint)
        yield from page.text(f"notice.paper.{stands}")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("form", [Form.PAGE, Form.LARGE, Form.TEXT])
def test_the_notice_is_whole_in_each_form(form: Form, language: Language) -> None:
    shown = in_form(write(several(), language), form, language)
    assert shown is not None
    assert list(shown.blocks) == list(spelled(language))
    assert [one for one in NEVER if language is Language.ENGLISH and f"- {one}\n" not in shown.text] == []


def test_where_no_device_is_enrolled_the_notice_says_so() -> None:
    for language in Language:
        paper, page = write(replace(several(), devices=()), language), Spelled(language)
        said = under(paper, translate(language, "notice.head.devices"))
        assert said == [*page.text("notice.devices.none", "notice.devices.rule")]


def easy_spelled(of: Language) -> Iterator[Block]:
    """That notice in Easy Read."""
    page, notice = Spelled(of), write(several(), of)
    own = quoted(of)
    yield from page.title("easy.title")
    yield from page.text(*numbered("about", of))
    for head in Head:
        yield from page.head(f"easy.head.{head}")
        yield from page.text(*numbered(head, of))
        if head in own:
            yield from page.text("easy.says")
            yield from (Block(Kind.ITEM, block.text) for block in own[head])
    yield from page.text("easy.number")
    yield from page.code(notice.digest)


def numbered(area: str, of: Language) -> list[str]:
    """Every sentence that the catalogue has for it."""
    return [key for key in texts(of) if key.startswith(f"easy.{area}.")]


def quoted(of: Language) -> dict[Head, list[Block]]:
    """What in that notice is of this person alone: who, whom to ask, the terms, the devices, the days, the hours, the wait."""
    under: dict[Head, list[Block]] = {}
    heads = iter(Head)
    for block in spelled(of):
        if block.kind is Kind.HEADING:
            under[next(heads)] = list[Block]()
        elif under:
            under[[*under][-1]].append(block)
    items = (Head.CONTACT, Head.WHY, Head.DEVICES, Head.WHEN, Head.HOURS)
    return {head: under[head] for head in (Head.WHO, Head.DELAY)} | {
        head: [block for block in under[head] if block.kind is Kind.ITEM] for head in items
    }


@pytest.mark.parametrize("language", Language)
def test_easy_read_is_whole_and_quotes_all_that_is_this_person_s(language: Language) -> None:
    made = easy(write(several(), language), language)
    assert made is not None
    assert list(made.blocks) == list(easy_spelled(language))
    assert [len(blocks) for blocks in quoted(language).values()] == [3, 1, 3, 3, 2, 3, 4]


# Which texts of the notice only some notices have; of Easy Read each one is said in any.
NOT_IN_IT = {"notice.devices.none"}  # this one has devices
WITHIN = {
    f"notice.{area}"
    for area in ("basis.shpo_sc", "basis.licence", "gravity.urgent", "gravity.high", "gravity.standard")
}


@pytest.mark.parametrize("language", Language)
def test_each_text_of_the_catalogue_is_said_in_it(language: Language) -> None:
    said = [*write(several(), language).blocks, *easy_spelled(language)]
    lines = {block.text for block in said}
    areas = [key for key in texts(language) if key.startswith(("notice.", "easy.")) and "{" not in texts(language)[key]]
    unsaid = {key for key in areas if texts(language)[key] not in lines}
    assert unsaid == NOT_IN_IT | WITHIN
    assert [key for key in WITHIN if not any(texts(language)[key] in line for line in lines)] == []
