"""The powers that a deployment may rest on, one row each (requirements §0.1). What looks like one and is none: `no_basis`.

Rules
- A basis is a row of `BASES`; forms, notice, signer and verifier read the row, and ask for no basis by name. To add one, add a row and its
  name in the catalogues.
- Each route by which an order is made has its own dates. SHPO_SC is only for convictions on or after 2020-12-01 (SA20 s.2, R-LEG-7); on an
  earlier one, on a finding and on application it is SHPO_SOA.
- An order that need not follow a conviction may rest on none (R-LEG-8).
- An interim order has a last day, and ends when the order that was applied for is made (SOA ss.103F, 122E; R-LEG-12).
- A newer order ends those of `ends`, unless the court ordered otherwise (SA20 s.349, R-LEG-11). An interim order it always ends.
- Limits of years that requirements §0.1 marks [K] are not checked against the Act by a lawyer yet.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Basis(StrEnum):
    """The powers that a deployment may rest on."""

    SHPO_SC = "shpo_sc"
    LICENCE = "licence"
    SHPO_SOA = "shpo_soa"
    INT_SHPO = "int_shpo"
    SRO = "sro"
    INT_SRO = "int_sro"
    SOPO_LEGACY = "sopo_legacy"
    SCPO = "scpo"
    INT_SCPO = "int_scpo"
    VOLUNTARY = "voluntary"


class Family(StrEnum):
    """What a person is told alike: what happens when they break it, and who can change it."""

    ORDER = "order"
    LICENCE = "licence"
    AGREEMENT = "agreement"


class Route(StrEnum):
    """How a court came to make an order."""

    CONVICTION = "conviction"
    FINDING = "finding"  # not guilty by reason of insanity, or under a disability and did the act
    APPLICATION = "application"


@dataclass(frozen=True, slots=True)
class BasisRule:
    """What the law says of one basis. Years are whole; None: no such limit. Days are the first or the last that it allows.

    `source` is the law in short, `law` as an officer reads it. `convicted_from`, `convicted_until`: of an order on conviction; another Act
    (`other_law`) covers the rest. `ends`: which earlier orders a newer of this basis ends, by the section `ends_by`. `consent_years`:
    within which a court discharges it only by consent, by the section `consent_by`. `adults_by`: by which section it is for
    adults alone. `by_agreement`: the person agrees and nobody orders. `most_days`: how long that lasts.
    """

    title: str
    source: str
    law: str
    family: Family = Family.ORDER
    routes: tuple[Route, ...] = ()
    convicted_from: date | None = None
    convicted_until: date | None = None
    other_law: str | None = None
    made_from: date | None = None
    made_until: date | None = None
    fixed_min_years: int | None = None
    most_years: int | None = None
    travel_max_years: int | None = None
    needs_request: bool = False
    needs_end: bool = False
    interim: bool = False
    ends: frozenset[Basis] = frozenset()
    ends_by: str = ""
    consent_years: int | None = None
    consent_by: str = ""
    adults_by: str = ""
    by_agreement: bool = False
    most_days: int | None = None


_CODE: Final = date(2020, 12, 1)  # the Sentencing Code: SA20 s.2
_PART_9: Final = date(2015, 3, 8)  # SHPO and SRO in place of SOPO: ASBCPA 2014 s.113, SI 2015/373
_ANY: Final = (Route.CONVICTION, Route.FINDING, Route.APPLICATION)
_EARLIER_SHPO: Final = frozenset({Basis.SHPO_SC, Basis.SHPO_SOA, Basis.SOPO_LEGACY, Basis.INT_SHPO})
_SOA: Final = "Sexual Offences Act 2003"

BASES: Final[dict[Basis, BasisRule]] = {
    Basis.SHPO_SC: BasisRule(
        title="Sexual Harm Prevention Order (Sentencing Code)",
        source="SA20 ss.343-358",
        law="Sentencing Act 2020, sections 343 to 358",
        routes=(Route.CONVICTION,),
        convicted_from=_CODE,
        other_law="the 2003 Act",
        made_from=_CODE,
        fixed_min_years=5,
        travel_max_years=5,
        ends=_EARLIER_SHPO,
        ends_by="SA20 s.349",
        consent_years=5,
        consent_by="SA20 s.350(7)",
    ),
    Basis.LICENCE: BasisRule(
        title="Licence",
        source="CJA 2003 s.250",
        law="Criminal Justice Act 2003, section 250",
        family=Family.LICENCE,
        needs_request=True,
        needs_end=True,
    ),
    Basis.SHPO_SOA: BasisRule(
        title="Sexual Harm Prevention Order (2003 Act)",
        source="SOA s.103A",
        law=f"{_SOA}, section 103A",
        routes=_ANY,
        convicted_until=date(2020, 11, 30),
        other_law="the Sentencing Code",
        made_from=_PART_9,
        fixed_min_years=5,
        travel_max_years=5,
        ends=_EARLIER_SHPO,
        ends_by="SOA s.103C",
        consent_years=5,
        consent_by="SOA s.103E",
    ),
    Basis.INT_SHPO: BasisRule(
        title="Interim Sexual Harm Prevention Order",
        source="SOA s.103F",
        law=f"{_SOA}, section 103F",
        routes=(Route.APPLICATION,),
        made_from=_PART_9,
        needs_end=True,
        interim=True,
    ),
    Basis.SRO: BasisRule(
        title="Sexual Risk Order",
        source="SOA s.122A",
        law=f"{_SOA}, section 122A",
        routes=(Route.APPLICATION,),
        made_from=_PART_9,
        fixed_min_years=2,
        travel_max_years=5,
        ends=frozenset({Basis.SRO, Basis.INT_SRO}),
        ends_by="SOA s.122A",
        consent_years=2,
        consent_by="SOA s.122D",
    ),
    Basis.INT_SRO: BasisRule(
        title="Interim Sexual Risk Order",
        source="SOA s.122E",
        law=f"{_SOA}, section 122E",
        routes=(Route.APPLICATION,),
        made_from=_PART_9,
        needs_end=True,
        interim=True,
    ),
    Basis.SOPO_LEGACY: BasisRule(
        title="Sexual Offences Prevention Order",
        source="SOA s.104 (old)",
        law=f"{_SOA}, section 104, as it was until March 2015",
        routes=_ANY,
        made_from=date(2004, 5, 1),
        made_until=date(2015, 3, 7),
        fixed_min_years=5,
        consent_years=5,
        consent_by="SOA s.108",
    ),
    Basis.SCPO: BasisRule(
        title="Serious Crime Prevention Order",
        source="SCA 2007 ss.1-5",
        law="Serious Crime Act 2007, sections 1 to 5",
        routes=(Route.CONVICTION, Route.APPLICATION),
        made_from=date(2008, 4, 6),
        most_years=5,
        needs_end=True,
        ends=frozenset({Basis.INT_SCPO}),
        ends_by="SCA 2007 s.5E",
        adults_by="SCA 2007 s.6",
    ),
    Basis.INT_SCPO: BasisRule(
        title="Interim Serious Crime Prevention Order",
        source="SCA 2007 s.5E",
        law="Serious Crime Act 2007, section 5E",
        routes=(Route.APPLICATION,),
        made_from=date(2025, 12, 2),
        most_years=5,
        needs_end=True,
        interim=True,
        adults_by="SCA 2007 s.6",
    ),
    Basis.VOLUNTARY: BasisRule(
        title="Voluntary agreement",
        source="DPA 2018 ss.33(1A), 40A",
        law="Data Protection Act 2018, sections 33(1A) and 40A. The person agrees, and can stop at any time",
        family=Family.AGREEMENT,
        needs_end=True,
        by_agreement=True,
        most_days=84,
    ),
}

BY_AGREEMENT: Final = frozenset(basis for basis, rule in BASES.items() if rule.by_agreement)
"""Those that the person agrees to, and withdraws item by item."""
