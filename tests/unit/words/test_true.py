"""What the catalogue says of the software is what the software does: neither of what it reads, nor of what it protects, more."""

import re
from pathlib import Path

import pytest

import offmon.verify
from offmon.core.access.step_up import Factor
from offmon.core.authority.inventory import FIELDS, POWERS, Lies
from offmon.core.formats.event import PageClass
from offmon.core.states import EXPORT, ExportState
from offmon.match.address_redaction import kept_address
from offmon.match.exclusions import Excluded
from offmon.match.exclusions_default import default_exclusions
from offmon.match.pages import ENGINES, page_class, search_terms
from offmon.match.sites import place_of
from offmon.server.faces.website.published import ABOUT, Published
from offmon.words.catalogue import Language, texts

ROOT = Path(__file__).parents[3]
DOCUMENTS = ["https://docs.google.com/document/d/1/edit", "https://listed.invalid/a.pdf", "file:///home/a.odt"]
OF_DOCUMENTS = re.compile(r"(search|chwilio)[^.]*(documents|dogfennau)", re.I)
UNCONDITIONAL = re.compile(
    r"solicitor[^.]*(is never collected|no trace)|lawyer, nothing|gyfreithiwr, ni nodwyd|cyfreithiwr[^.]*(unrhyw ôl|byth ei gasglu)"
    r"|does not know of visits|gwybod am ymweliadau"
    r"|\b(not|never) (see|read|look at|collect|record)[^.]*\bbank|\bn(id|i) [^.]*\b(banc|fanc)",
    re.I,
)
SEARCH = "https://www.google.com/search?q=purple+elephant+near+my+house"
TYPED = "purple elephant near my house"
OF_TYPING = re.compile(
    r"\b(not|never) (see|record|read|send)[^.]*\btyped?\b(?![^.]*letter by letter)"
    r"|\bnid?\b[^.]*\b(theipio|teipio|deipio)\b(?![^.]*lythyren wrth lythyren)",
    re.I,
)
OF_A_SEARCH = re.compile(
    r"words of (a|your|that|the) search|words that (you|were) searched for|in (a search|searches)"
    r"|(g|ng)?eiriau.{0,3} (eich )?chwiliad|mewn chwiliad(au)?\b",
    re.I,
)
NAMES_A_SEARCH = (
    "site.home.body.narrow.text",
    "capability.phrase.public",
    "site.collected.body.search.text",
    "inventory.leaves.body.url",
    "capability.phrase.notice",
    "portal.never.search",
    "capability.phrase.page",
    "capability.phrase.term",
    "easy.what.6",
)


def test_what_was_typed_into_a_search_box_is_looked_at_and_can_be_sent() -> None:
    place = place_of(SEARCH)
    assert place is not None
    assert search_terms(place) == (TYPED,)
    assert "near+my+house" in kept_address(SEARCH)


@pytest.mark.parametrize("language", Language)
def test_so_no_words_deny_more_of_typing_than_the_keys_and_the_words_of_a_search_are_named(language: Language) -> None:
    said = texts(language)
    assert {key: text for key, text in said.items() if OF_TYPING.search(text)} == {}
    assert [key for key in NAMES_A_SEARCH if not OF_A_SEARCH.search(said.get(key, ""))] == []


OF_SECRETS = re.compile(r"password|payment|g?ch?yfrin(air|eiriau)|\bd?th?aliadau|\bth?alu\b", re.I)
OF_STAFF = "site.safeguards.promise.who-uses-it."  # their own passwords
BOXES_AND_ADDRESS = {
    Language.ENGLISH: (r"\bbox(es)?\b", r"\baddress\b"),
    Language.WELSH: (r"\b[bfm]lychau\b", r"\b(ch?|g|ngh)yfeiriad\b"),
}
OF_A_FORM = ("inventory.never.1", "portal.never.search", "site.collected.body.search.text", "easy.what.7")


@pytest.mark.parametrize("language", Language)
def test_no_words_deny_more_of_a_password_than_that_its_box_is_read_for_a_site_can_put_it_into_an_address(
    language: Language,
) -> None:
    """What an address itself names as one is cut out; under another name, or in words of a search, it stands there."""
    assert kept_address("https://a.invalid/?password=b&x=c") == "https://a.invalid/?password=&x=c"
    said = {key: text for key, text in texts(language).items() if not key.startswith(OF_STAFF)}
    of_secrets = {key: text for key, text in said.items() if OF_SECRETS.search(text)}
    assert set(OF_A_FORM) <= set(of_secrets)
    needed = BOXES_AND_ADDRESS[language]
    assert {key: text for key, text in of_secrets.items() if not all(re.search(one, text) for one in needed)} == {}


@pytest.mark.parametrize("language", Language)
def test_no_words_say_that_a_page_is_there_to_be_seen(language: Language) -> None:
    """What the vault opens is no page."""
    opened = {field.name for field in FIELDS if field.document == "body"}
    assert opened == {"url", "title", "matched_entry", "context_before", "context_after"}
    said = texts(language)["site.how.body.alert.text"]
    assert not re.search(r"see the page itself|weld y dudalen ei hun", said)
    assert re.search(r"no page is kept|ni chedwir unrhyw dudalen", said, re.I)


@pytest.mark.parametrize("language", Language)
def test_no_words_say_that_documents_are_read_while_none_is(language: Language) -> None:
    assert {page_class(url) for url in DOCUMENTS} == {PageClass.UNKNOWN}
    assert all(engine.term for engine in ENGINES)
    assert {key: text for key, text in texts(language).items() if OF_DOCUMENTS.search(text)} == {}


@pytest.mark.parametrize("language", Language)
def test_no_words_promise_that_a_place_is_protected_that_no_list_need_name(language: Language) -> None:
    assert not Excluded(default_exclusions()).covers("https://some-solicitor.invalid/")
    assert {key: text for key, text in texts(language).items() if UNCONDITIONAL.search(text)} == {}


PUT_ON_IT = re.compile(
    r"they are put on|(then|are) left out of|[Tt]hen their pages|a chânt eu rhoi ar|Yna caiff eu tudalennau|a chaiff eu tudalennau"
)


@pytest.mark.parametrize("language", Language)
def test_no_words_say_that_whoever_is_named_to_an_officer_is_protected_by_that(language: Language) -> None:
    """Nobody's own contacts go on the list: what is said of them instead, `test_own_contacts` has."""
    assert {key: text for key, text in texts(language).items() if PUT_ON_IT.search(text)} == {}


BOUND_BY_THE_ORDER = re.compile(
    r"what (its|the|their|your) (order|licence)s? names?|licence alone|no further than (that|the|your) order"
    r"|(y mae'r|ei) g?orchymyn yn ei enwi|[dt]rwydded yn unig|dim pellach nag",
    re.I,
)
BY_LISTS = ("site.home.body.narrow.text", "site.victims.body.limits.text", "portal.now.powers-about")


@pytest.mark.parametrize("language", Language)
def test_no_words_say_that_the_order_itself_bounds_what_is_looked_for(language: Language) -> None:
    """A list is held to kinds of order and offence, and two officers fill it: nothing compares its entries with an order's words."""
    said = texts(language)
    for file in ("README.md", "ARCHITECTURE.md"):
        said = {**said, file: (ROOT / file).read_text("utf-8").replace("\n", " ")}
    assert {key: text for key, text in said.items() if BOUND_BY_THE_ORDER.search(text)} == {}
    assert [key for key in BY_LISTS if not re.search(r"\blists\b|\brestrau\b", said[key])] == []


MORE_THAN_IS_KEPT = {
    "a fault never counts": r"fault is not held against you(?! by itself)|nam (ei ddal )?yn (cyfrif yn )?eich erbyn(?! ynddo)",
    "why it was, and not of which kind": r"as a gap, with its cause|fel bwlch, gyda'i achos",
    "a device that is offline hears of no end": r"terms[^.]* in force|telerau[^.]* mewn grym|no permission allowed",
    "each assessment": r"whether each assessment|a yw pob asesiad",
    "a list takes 10,000 entries": r"short lists|rhestrau byr",
}


@pytest.mark.parametrize("more", MORE_THAN_IS_KEPT)
@pytest.mark.parametrize("language", Language)
def test_no_words_say_more_than_is_kept(language: Language, more: str) -> None:
    said = re.compile(MORE_THAN_IS_KEPT[more], re.I)
    assert {key: text for key, text in texts(language).items() if said.search(text)} == {}


NOTHING_SENT = re.compile(
    r"nothing (is|was) (ever )?sent|sends nothing|ni chaiff dim (byd )?ei anfon|(nid|ni) anfonir dim", re.I
)


@pytest.mark.parametrize("language", Language)
def test_no_words_say_that_nothing_is_sent_while_a_device_tells_that_it_is_there(language: Language) -> None:
    """It enrols before the notice, and its heartbeats go on while the window is hidden: what stops is collecting."""
    said = texts(language)
    assert {key: text for key, text in said.items() if NOTHING_SENT.search(text)} == {}
    collected = re.compile(
        r"^Nothing is collected before|nothing is collected\.$|ni chaiff dim ei gasglu\.$|^Ni chaiff dim ei gasglu cyn"
    )
    assert [key for key in ("easy.devices.3", "easy.when.1") if not collected.search(said[key])] == []


WAYS_IN = {
    Language.ENGLISH: ("password", "passkey", "code", "on paper"),
    Language.WELSH: ("chyfrinair", "allwedd mynediad", "god o", "ar bapur"),
}


@pytest.mark.parametrize("language", Language)
def test_each_way_in_to_the_console_is_named(language: Language) -> None:
    """Beside the password: whatever `Factor` is, no more and no fewer."""
    assert set(Factor) == {Factor.APP, Factor.PASSKEY, Factor.RECOVERY}
    said = texts(language)
    assert [way for way in WAYS_IN[language] if way not in said["site.safeguards.promise.who-uses-it.how"]] == []
    assert not re.search(r"without a code|heb god", said["site.safeguards.promise.who-uses-it.shown"])


@pytest.mark.parametrize("language", Language)
def test_no_part_is_said_to_have_no_key_at_all(language: Language) -> None:
    """Console and portal hold those of columns; none to what a device locked."""
    said = texts(language)["site.safeguards.promise.evidence-secure.how"]
    assert re.search(r"no key to it|allwedd iddo", said)


@pytest.mark.parametrize("language", Language)
def test_the_page_says_of_its_own_words_what_is_measured(language: Language) -> None:
    """The grade is of English; of Welsh, how long a sentence is (test_reading_age.py)."""
    said = texts(language)
    ours = [said[f"site.safeguards.promise.plain-terms.{part}"] for part in ("how", "shown")]
    assert [text for text in ours if not re.search(r"English|Saesneg", text)] == []
    assert re.search(r"In Welsh|Yn Gymraeg", ours[0])
    assert not re.search(r"every word of|where a reader|lle na fyddai", ours[1])


CALLED = (
    "site.victims.body.limits.text",
    "site.frame.hours",
    "portal.frame.hours",
    "notice.hours.office",
    "easy.hours.2",
)
IS_CALLED = re.compile(
    r"\b(someone|somebody|who) is called|it goes to(?! court)|bwy a elwir|rhywun ei alw|mynd at(:| rywun arall)", re.I
)
CALLS_NOBODY = re.compile(r"\bcalls no(body| one)\b|\bNid yw[^.]* galw neb\b", re.I)
A_WAY_TO_CALL = re.compile(r"\b(smtplib|send_?mail|sip|sms|pager)\b")


@pytest.mark.parametrize("language", Language)
def test_no_words_say_that_anybody_is_called_while_the_software_calls_nobody(language: Language) -> None:
    """It passes an alert on and names a contact: whom staff can call (core/alerts/escalation.py)."""
    calling = [
        file for file in (ROOT / "src" / "offmon").rglob("*.py") if A_WAY_TO_CALL.search(file.read_text("utf-8"))
    ]
    assert calling == []
    said = texts(language)
    assert {key: text for key, text in said.items() if IS_CALLED.search(text)} == {}
    assert [key for key in CALLED if not CALLS_NOBODY.search(said[key])] == []


STOPS_THE_OWNER = re.compile(
    r"even by its owner|whoever makes the change|yn oed gan ei pherchennog|pwy bynnag sy'n gwneud", re.I
)
THE_OWNER_COULD = re.compile(r"\bWhoever owns [^.]* could\b|\bGallai (ei )?ph?erchennog\b")


@pytest.mark.parametrize("language", Language)
def test_no_words_say_that_the_database_stops_its_own_owner(language: Language) -> None:
    """`alter table ... using` writes a column anew with every trigger standing: of a case's row only a bundle shows it (THREATS)."""
    said = texts(language)
    assert {key: text for key, text in said.items() if STOPS_THE_OWNER.search(text)} == {}
    for promise in ("data-protection-law", "accounted-for"):
        assert THE_OWNER_COULD.search(said[f"site.safeguards.promise.{promise}.behind"])


CLAIM_IN_CLEAR = ("site.privacy.body.roles.text", "site.how.body.device.text", "notice.seen.intro", "easy.seen-by.1")
ALL_LOCKED = re.compile(
    r"what (is|was) sent(,| is) locked|what matches is locked|device sends (is|goes)[^.]*\blocked"
    r"|(ei anfon|a anfonir|a anfonwyd|cyfateb)(?![^.]*(heb yr hyn|a sut))[^.]*(gloi|dan glo)",
    re.I,
)
NOT_LOCKED = re.compile(r"\b(is|are) not locked\b|\bNid yw[^.]* (dan glo|wedi.u cloi)\b")


@pytest.mark.parametrize("language", Language)
def test_no_words_say_that_all_that_is_sent_is_locked_while_when_and_which_list_is_not(language: Language) -> None:
    assert {field.name for field in FIELDS if field.document == "claim"} >= {
        "list",
        "rule",
        "terms",
        "gravity",
        "origin",
    }
    said = texts(language)
    assert {key: text for key, text in said.items() if ALL_LOCKED.search(text)} == {}
    assert [key for key in CLAIM_IN_CLEAR if not NOT_LOCKED.search(said[key])] == []


OF_THE_MATCH = {
    "claim.kind": ("a site or words", "safle neu eiriau"),
    "claim.grant": ("part of the permission", "ran o'r caniatâd"),
    "claim.terms": ("which terms", "pa delerau"),
    "claim.detector": ("part of the software", "ran o'r feddalwedd"),
    "claim.list": ("which list", "pa restr"),
    "claim.rule": ("name of the line", "enw'r llinell"),
    "claim.band": ("how sure the match is", "mor sicr yw'r cyfatebiad"),
    "claim.gravity": ("how grave", "mor ddifrifol"),
    "claim.origin": ("how the page came to be open", "sut y cafodd y dudalen ei hagor"),
    "claim.event_at": ("when it was", "pryd yr oedd"),
}
OF_ITS_PLACE = {
    "claim.captured_at": ("when the software saw it", "pryd y gwelodd y feddalwedd"),
    "claim.clock_offset_ms": ("clock of the device was wrong", "o'i le oedd cloc y ddyfais"),
    "claim.list_check": ("check numbers", "rhifau gwirio"),
    "claim.monitoring": ("which monitoring", "ba fonitro"),
    "claim.permission": ("which signed permission", "pa ganiatâd wedi'i lofnodi"),
    "claim.seal": ("check numbers", "rhifau gwirio"),
    "each.device": ("which device", "ba ddyfais"),
    "each.place": ("place in the device's journal", "le yn nyddiadur y ddyfais"),
    "checks.random": ("random numbers", "haprifau"),
}
NAME_TELLS = re.compile(r"\b(can tell what was (seen|found)|gall ddweud beth a (welwyd|ganfuwyd))\b")


@pytest.mark.parametrize("language", Language)
def test_what_is_not_locked_of_a_record_is_named_whole_by_the_page_about_privacy(
    language: Language,
) -> None:
    """As the inventory has it; what tells of the match, by the page of how it works and by the notice too."""
    in_clear = {field.said for field in FIELDS if field.said and field.under and field.lies is Lies.CLEAR}
    assert in_clear == OF_THE_MATCH.keys() | OF_ITS_PLACE.keys()
    said, place = texts(language), list(Language).index(language)
    for key in ("site.privacy.body.roles.text", "site.how.body.device.text", "notice.seen.intro"):
        wanted = OF_THE_MATCH | OF_ITS_PLACE if key.startswith("site.privacy.") else OF_THE_MATCH
        listed = NOT_LOCKED.split(said[key])[-1]
        assert [line for line, words in wanted.items() if words[place] not in listed] == [], key
    how = said["site.how.body.device.text"]
    assert re.search(r"Of the match, these are not|Nid yw'r rhain o'r cyfatebiad", how)
    assert "](privacy)" in how
    for key in ("site.privacy.body.roles.text", "site.how.body.alert.text", "notice.seen.intro"):
        assert NAME_TELLS.search(said[key]), key


ONE_AT_A_TIME = re.compile(r"\bone (\w+ )?at a time\b|\bfesul un\b|\bun \w+ ar y tro\b")
TOGETHER = re.compile(
    r"\bfor a court\b.*\btogether\b|\btogether for a court\b|\bllys\b.*gyda'i gilydd|gyda'i gilydd.*\bllys\b", re.I
)
BESIDE_IT = {
    "site.collected.enclosed": "site.collected.enclosed",
    "site.collected.body.court.text": "site.collected.body.court.text",
    "site.safeguards.promise.evidence-secure.how": "site.safeguards.promise.evidence-secure.how",
    "notice.seen.opening": "notice.seen.logged",
}
BEFORE = re.compile(r"before (a|the) second person|cyn i('r)? ail berson")
BY_ONE_REASON = ("site.collected.body.court.text", "site.how.body.court.text", "notice.seen.logged")


@pytest.mark.parametrize("language", Language)
def test_where_one_at_a_time_is_said_it_is_said_that_a_bundle_opens_a_whole_period_for_one_reason(
    language: Language,
) -> None:
    """It is opened before a second person approves it, and given out after (`evidence/actions/exports.py`)."""
    assert EXPORT[ExportState.ASKED] == {ExportState.BUILT, ExportState.REFUSED}
    assert EXPORT[ExportState.BUILT] == {ExportState.APPROVED, ExportState.REFUSED}
    said = texts(language)
    assert {key for key, text in said.items() if ONE_AT_A_TIME.search(text)} == set(BESIDE_IT)
    assert [key for key, beside in BESIDE_IT.items() if not TOGETHER.search(said[beside])] == []
    assert [
        key
        for key in BY_ONE_REASON
        if not (re.search(r"for one reason|am un rheswm", said[key]) and BEFORE.search(said[key]))
    ] == []


FOR_LONGER = re.compile(r"law lets[^.]*longer|gyfraith yn gadael[^.]*am fwy o amser", re.I)
SAME_FOR_ALL = re.compile(r"same for every(body|one), so (it|that)|yr un fath i bawb", re.I)


@pytest.mark.parametrize("language", Language)
def test_where_the_wait_is_called_the_same_for_all_it_is_said_that_it_can_be_longer(language: Language) -> None:
    """Two people can hold something back for longer, for one person (R-DPA-26)."""
    of_all = {key: text for key, text in texts(language).items() if SAME_FOR_ALL.search(text)}
    assert {"site.person.body.later.text", "notice.delay.rule"} <= set(of_all)
    assert {key: text for key, text in of_all.items() if not FOR_LONGER.search(text)} == {}


@pytest.mark.parametrize("language", Language)
def test_the_notice_on_the_screen_is_said_to_be_there_while_anything_is_collected_and_no_longer(
    language: Language,
) -> None:
    said = texts(language)["site.home.body.open.text"]
    assert not re.search(r"all the time|drwy.r amser", said)
    assert re.search(r"while anything is collected|cyhyd ag y bo unrhyw beth yn cael ei gasglu", said)


@pytest.mark.parametrize("language", Language)
def test_what_the_software_may_do_names_that_it_looks_at_the_screen_where_its_own_notice_is(language: Language) -> None:
    assert "screen" in POWERS
    said = texts(language)["portal.power.screen"]
    assert re.search(r"[Ee]ach second|[Bb]ob eiliad", said)
    assert re.search(r"sends none|anfon yr un", said)


def test_the_verifier_is_as_small_as_the_experts_page_says() -> None:
    own = sum(len(file.read_text().splitlines()) for file in Path(offmon.verify.__file__).parent.rglob("*.py"))
    assert "less than 1,300 lines" in texts(Language.ENGLISH)["site.experts.body.verify.text"]
    assert own < 1300


def test_each_published_file_is_called_what_it_is() -> None:
    specs = {file.name for file in (ROOT / "docs" / "specs").glob("*.md")}
    assert specs == {name for name in ABOUT if name.endswith(".md")} - {"impact-assessment.md"}
    for language in Language:
        said = [texts(language)[f"site.experts.{about}"] for about in (*ABOUT.values(), "other")]
        assert len(set(said)) == len(said)
    assert Published("another.md", b"", "", "").about == "other"


def test_nobody_is_called_an_offender_on_their_own_pages_or_papers() -> None:
    own = ("portal.", "notice.", "device.", "easy.", "indicator.", "told.", "frame.", "capability.")
    for language in Language:
        of_them = {key: text for key, text in texts(language).items() if key.startswith(own)}
        assert {key: text for key, text in of_them.items() if re.search(r"offender|troseddw", text, re.I)} == {}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("key", ["newest", "nothing", "over", "no-device"])
def test_what_the_newest_permission_ends_a_device_may_not_have_heard_of(language: Language, key: str) -> None:
    """The person's page knows what was signed, and not what a device holds: one that was not reached goes on (THREATS)."""
    heard = {Language.ENGLISH: r"\bhear(s|d)?\b", Language.WELSH: r"\b(glyw|chlyw|clyw)"}
    assert re.search(heard[language], texts(language)[f"portal.now.{key}"])


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("key", ["notice.what.lists", "easy.what.10", "site.safeguards.promise.told.how"])
def test_where_a_new_notice_is_promised_it_is_said_that_a_changed_list_brings_none(
    language: Language, key: str
) -> None:
    """A notice names lists; who signs takes the newest version of each (`core/authority/notice.check_covers`)."""
    none = {
        Language.ENGLISH: r"change (what is on )?a list[^.]*\. You get no new notice|on a list[^.]*, two people can change without",
        Language.WELSH: r"(ar|newid) rh?estr[^.]*\. Ni chewch hysbysiad newydd|newid yr hyn sydd ar restr[^.]*, heb un",
    }
    assert re.search(none[language], texts(language)[key])


OF_ITS_WORDS = re.compile(r"(which|these) words( of (your|their) order)?\b|\bp?ba eiriau o|o dan y geiriau", re.I)


@pytest.mark.parametrize("language", Language)
def test_no_words_say_that_the_person_reads_the_words_of_the_order_itself(language: Language) -> None:
    """What they read of a term an officer wrote (`person_text`): the order's own words are closed to what shows it."""
    assert {key: text for key, text in texts(language).items() if OF_ITS_WORDS.search(text)} == {}
    officer = {
        Language.ENGLISH: r"An officer (has put|wrote) ",
        Language.WELSH: r"Swyddog (sydd wedi|a.u hysgrifennodd)",
    }[language]
    for key in ("notice.why.intro", "easy.why.4", "portal.now.lead"):
        assert re.search(officer, texts(language)[key]), key


PROTECTED_SEARCH = ("inventory.never.6", "site.family.body.used.text")


@pytest.mark.parametrize("language", Language)
def test_where_a_search_is_said_to_be_protected_it_is_said_that_it_is_one_on_a_known_engine(language: Language) -> None:
    excluded = Excluded(default_exclusions(["portal.invalid"]))
    assert excluded.covers("https://www.google.com/search?q=samaritans")
    assert not excluded.covers("https://listed.invalid/?q=samaritans")
    engine = {Language.ENGLISH: "search engine", Language.WELSH: "beirian"}[language]
    assert [key for key in PROTECTED_SEARCH if engine not in texts(language)[key]] == []
