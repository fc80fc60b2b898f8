"""The exclusion list that a new agency starts from, by the categories of R-RGT-10.

Rules
- Each category has hosts, and words that mark the intent in a search. Hosts belong to real public bodies and charities of the UK.
- On 25 November 2026 every host was looked up in stored public material (public repositories and pages) as the address that it is listed
  for. Hosts found nowhere were left out. `confirmed_by` gives the strength of that. It does not prove that an address still answers or
  still belongs to them. The agency checks the list before it signs it, and at each review.
- A host covers its subdomains: `nhs.uk` every trust and surgery below it, `police.uk` every force and reporting service.
- It is a start. An agency adds other public places and its own portal. Removing an entry needs an authoriser and a reason.
- No person's own solicitor, doctor or faith contact belongs on it: every supervised person's device receives it in clear. That
  is a protected contact of their case.
- Intents are words of help and complaint, not of harm, so they hide no search for what an order forbids.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core.authority.lists import Exclusions
from offmon.core.ids import Versioned


class Confirmed(StrEnum):
    """By what kind of source a host was found to be what it is listed for."""

    RESERVED = "only a public body can have a name there"
    MANY = "several independent public sources name it"
    FEW = "only a few public sources name it: check it first"


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of protected place."""

    name: str
    hosts: tuple[str, ...]
    intents: tuple[str, ...] = ()


NAME: Final = Versioned("exclusions@1")
RESERVED: Final = ("gov.uk", "nhs.uk", "police.uk", "parliament.uk", "judiciary.uk")
FEW: Final = frozenset(
    {
        "asylumaid.org.uk",
        "fearless.org",
        "hinducounciluk.org",
        "lucyfaithfull.org.uk",
        "paladinservice.co.uk",
        "rapecrisisscotland.org.uk",
        "respect.org.uk",
        "respectphoneline.org.uk",
        "sexwise.org.uk",
        "stalkinghelpline.org",
    }
)
CATEGORIES: Final = (
    Category(
        "bank",
        (
            "barclays.co.uk",
            "coventrybuildingsociety.co.uk",
            "co-operativebank.co.uk",
            "halifax.co.uk",
            "hsbc.co.uk",
            "lloydsbank.com",
            "metrobankonline.co.uk",
            "monzo.com",
            "nationwide.co.uk",
            "natwest.com",
            "rbs.co.uk",
            "santander.co.uk",
            "starlingbank.com",
            "tsb.co.uk",
            "moneyhelper.org.uk",
        ),
        ("online banking", "debt advice"),
    ),
    Category(
        "health",
        (
            "nhs.uk",
            "nhs.wales",
            "nhs.scot",
            "hscni.net",
            "patient.info",
            "patientaccess.com",
            "accurx.com",
            "bupa.co.uk",
        ),
        (
            "nhs",
            "my gp",
            "gp surgery",
            "gp appointment",
            "gp near me",
            "doctors appointment",
            "doctor appointment",
            "prescription",
            "pharmacy",
        ),
    ),
    Category(
        "counselling",
        (
            "bacp.co.uk",
            "counselling-directory.org.uk",
            "mind.org.uk",
            "rethink.org",
            "relate.org.uk",
            "stopitnow.org.uk",
            "lucyfaithfull.org.uk",
        ),
        ("counselling", "counsellor", "therapist", "psychotherapy", "mental health help", "stop it now"),
    ),
    Category(
        "crisis_and_suicide",
        ("samaritans.org", "papyrus-uk.org", "thecalmzone.net", "giveusashout.org", "sane.org.uk"),
        ("samaritans", "suicide", "suicidal", "kill myself", "self harm", "crisis line", "want to die"),
    ),
    Category(
        "lawyer",
        (
            "lawsociety.org.uk",
            "barcouncil.org.uk",
            "sra.org.uk",
            "barstandardsboard.org.uk",
            "legalombudsman.org.uk",
            "citizensadvice.org.uk",
            "lawworks.org.uk",
            "libertyhumanrights.org.uk",
            "gov.uk/legal-aid",
            "gov.uk/check-legal-aid",
            "find-legal-advice.justice.gov.uk",
        ),
        (
            "solicitor",
            "solicitors",
            "barrister",
            "lawyer",
            "lawyers",
            "criminal defence",
            "legal aid",
            "legal advice",
            "law centre",
        ),
    ),
    Category(
        "member_of_parliament",
        (
            "parliament.uk",
            "parliament.scot",
            "senedd.wales",
            "niassembly.gov.uk",
            "theyworkforyou.com",
            "writetothem.com",
        ),
        ("my mp", "member of parliament", "write to mp"),
    ),
    Category(
        "court",
        (
            "judiciary.uk",
            "supremecourt.uk",
            "caselaw.nationalarchives.gov.uk",
            "bailii.org",
            "gov.uk/courts-tribunals",
            "gov.uk/find-court-tribunal",
            "find-court-tribunal.service.gov.uk",
            "sentencingcouncil.org.uk",
            "ccrc.gov.uk",
        ),
        ("appeal my conviction", "vary my order", "discharge my order", "crown court", "magistrates court"),
    ),
    Category(
        "oversight",
        (
            "ico.org.uk",
            "policeconduct.gov.uk",
            "ombudsman.org.uk",
            "ppo.gov.uk",
            "equalityhumanrights.com",
            "ipco.org.uk",
            "investigatorypowerstribunal.org.uk",
            "justiceinspectorates.gov.uk",
        ),
        ("ombudsman", "information commissioner", "data protection complaint", "subject access request"),
    ),
    Category(
        "trade_union",
        ("tuc.org.uk", "unison.org.uk", "unitetheunion.org", "gmb.org.uk", "usdaw.org.uk", "pcs.org.uk", "acas.org.uk"),
        ("trade union",),
    ),
    Category("journalist", ("nuj.org.uk", "thebureauinvestigates.com", "ipso.co.uk"), ("contact a journalist",)),
    Category(
        "place_of_worship",
        (
            "achurchnearyou.com",
            "churchofengland.org",
            "cbcew.org.uk",
            "methodist.org.uk",
            "mcb.org.uk",
            "theus.org.uk",
            "bod.org.uk",
            "hinducounciluk.org",
            "quaker.org.uk",
        ),
        ("church near me", "mosque", "synagogue", "gurdwara", "temple near me", "prayer times"),
    ),
    Category(
        "whistle_blowing", ("protect-advice.org.uk", "gov.uk/whistleblowing"), ("whistleblowing", "whistleblower")
    ),
    Category(
        "domestic_abuse",
        (
            "refuge.org.uk",
            "womensaid.org.uk",
            "nationaldahelpline.org.uk",
            "mensadviceline.org.uk",
            "respect.org.uk",
            "respectphoneline.org.uk",
            "mankind.org.uk",
            "galop.org.uk",
            "gov.wales/live-fear-free",
            "sdafmh.org.uk",
            "karmanirvana.org.uk",
        ),
        (
            "domestic abuse",
            "domestic violence",
            "womens refuge",
            "refuge near me",
            "find a refuge",
            "womens aid",
            "coercive control",
            "clares law",
        ),
    ),
    Category(
        "rape_crisis",
        ("rapecrisis.org.uk", "rapecrisisscotland.org.uk", "survivorsuk.org", "thesurvivorstrust.org"),
        ("rape crisis", "sexual assault help", "sexual assault referral centre"),
    ),
    Category(
        "stalking",
        ("suzylamplugh.org", "paladinservice.co.uk", "stalkinghelpline.org"),
        ("stalking helpline", "being stalked"),
    ),
    Category(
        "child_helpline",
        ("childline.org.uk", "nspcc.org.uk", "themix.org.uk", "youngminds.org.uk", "kooth.com", "barnardos.org.uk"),
        ("childline", "child helpline", "nspcc"),
    ),
    Category(
        "addiction",
        (
            "alcoholics-anonymous.org.uk",
            "ukna.org",
            "talktofrank.com",
            "gamcare.org.uk",
            "gamblersanonymous.org.uk",
            "begambleaware.org",
            "wearewithyou.org.uk",
            "changegrowlive.org",
            "turning-point.co.uk",
        ),
        ("alcoholics anonymous", "narcotics anonymous", "addiction help", "rehab", "drug helpline"),
    ),
    Category(
        "sexual_health_and_pregnancy",
        (
            "brook.org.uk",
            "sh24.org.uk",
            "tht.org.uk",
            "shl.uk",
            "sexwise.org.uk",
            "bpas.org",
            "msichoices.org.uk",
            "tommys.org",
            "fpa.org.uk",
        ),
        ("sexual health clinic", "sti test", "hiv test", "pregnancy test", "abortion", "emergency contraception"),
    ),
    Category(
        "lgbt",
        ("switchboard.lgbt", "stonewall.org.uk", "mermaidsuk.org.uk", "lgbt.foundation", "genderedintelligence.co.uk"),
        ("coming out", "gender identity", "lgbt helpline"),
    ),
    Category(
        "asylum",
        (
            "refugeecouncil.org.uk",
            "refugee-action.org.uk",
            "redcross.org.uk",
            "asylumaid.org.uk",
            "gov.uk/claim-asylum",
        ),
        ("claim asylum", "asylum support", "refugee council"),
    ),
    Category(
        "victim_services",
        (
            "victimsupport.org.uk",
            "victimandwitnessinformation.org.uk",
            "modernslaveryhelpline.org",
            "victimscommissioner.org.uk",
        ),
        ("victim support", "modern slavery helpline"),
    ),
    Category(
        "police_and_complaints",
        ("police.uk", "crimestoppers-uk.org", "fearless.org"),
        ("report a crime", "crimestoppers", "complain about police", "complain about probation"),
    ),
)


def confirmed_by(host: str) -> Confirmed:
    """By what kind of source a host of `CATEGORIES` was confirmed."""
    name = host.partition("/")[0]
    if any(name == suffix or name.endswith(f".{suffix}") for suffix in RESERVED):
        return Confirmed.RESERVED
    return Confirmed.FEW if host in FEW else Confirmed.MANY


def default_exclusions(own_hosts: Iterable[str] = ()) -> Exclusions:
    """The list of a new agency. `own_hosts`: its own console and portal, and other public places."""
    hosts = {host for category in CATEGORIES for host in category.hosts} | set(own_hosts)
    intents = {intent for category in CATEGORIES for intent in category.intents}
    return Exclusions(NAME, tuple(sorted(hosts)), tuple(sorted(intents)))
