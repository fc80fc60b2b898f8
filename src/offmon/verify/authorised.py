"""*Authorised*: collecting, opening and exporting were allowed, computed again from the orders (design §1; R-LEG-5, R-LEG-24).

Rules
- For each profile, `compile_grants` runs again over the instruments, terms, authorisation and lists as known when its lease began. It must
  give exactly the profile's grants, and `verify/checks/profiles.py` the rest. The lease ends with their policy documents. A profile without
  grants rests on nothing and allows no item.
- One person drafted the authorisation and another authorised it, with four answers, before the lease. One recorded each term that counts,
  and another confirmed it. The notice was served before the deployment's first profile. A lease is at most 30 days, and ends with the
  review that was due when it was signed.
- The log must agree on the actor of each of those acts, before the signature, and that no newer authorisation had superseded this one. It
  must also agree on who decided each alert (`core.log.attribution`).
- Each shown item passes `admit` under its named profile, as of its receipt. It passes `admit_by_newest` under the profiles signed by then,
  in the case log's order, and the named one must be among them. Its shown fields pass `check_body`. (A withheld item's envelope is not here
  to be checked.)
- The export was asked for and approved, for this very list of files, and the bundle's index agrees (`verify/checks/exports.py`).
"""

from dataclasses import fields

from offmon.core.authority import may_leave
from offmon.core.authority.agreement import Withdrawal
from offmon.core.authority.order import Instrument, Term, as_confirmed_at, as_known_at, cut_withdrawn
from offmon.core.authority.profile import NAMES_KIND, check_documented, check_lease, compile_grants, for_device
from offmon.core.authority.review import ReviewRecord, check_first, check_reviewed, due_of
from offmon.core.bundle import layout, opened
from offmon.core.bundle.case import Case
from offmon.core.bundle.layout import Item
from offmon.core.bundle.lists import declared
from offmon.core.errors import Refused
from offmon.core.formats.event import Body
from offmon.core.ids import Id, Ms
from offmon.core.log import attribution
from offmon.core.log.provenance import check_signed_in_time
from offmon.core.log.records import AuthorisationRecord, LeafPlace, check_authorised
from offmon.verify.authentic import Issued, Trusted
from offmon.verify.checks.actors import check_acts, check_newest, check_order, check_told
from offmon.verify.checks.exports import check_export
from offmon.verify.checks.profiles import check_compiled
from offmon.verify.verdict import Check


def check_authorised_all(case: Case, trusted: Trusted, check: Check) -> None:
    """Works out again what every profile, item and export rests on."""
    for device, issued in sorted(trusted.issued.items()):
        for one in issued:
            with check.at(layout.profile_path(device, one.profile.version)):
                _check_profile(case, trusted, one)
    for place, item in case.files.items.items():
        with check.at(layout.item_path(place.device, place.epoch, place.n)):
            _check_item(case, trusted, item, place)
    for kind, record in sorted(case.files.records):
        with check.at(layout.record_path(kind, record)):
            check_acts(case, kind, record)
    with check.at(layout.TAIL):
        check_export(case)


def _check_profile(case: Case, trusted: Trusted, issued: Issued) -> None:
    profile, at = issued.profile, issued.profile.lease.since
    check_lease(profile)
    check_signed_in_time(at, case.entries[issued.number].it.at)
    if not profile.grants:
        check_compiled(case, profile, (), ())
        return
    authorisation = case.record(AuthorisationRecord, issued.record.authorisation).it
    check_authorised(authorisation)
    check_documented(authorisation.choices, profile.lease)
    if authorisation.deployment != profile.deployment or (authorisation.authorised_at or 0) > at:
        raise Refused("not-yet-authorised", "The profile's lease began before anyone had authorised it.")
    check_newest(case, authorisation, issued.number)
    _check_reviewed(case, authorisation, issued)
    attribution.check_authorisation_acts(
        authorisation, *case.log_of(AuthorisationRecord.KIND, authorisation.id, issued.number)
    )
    check_told(case, profile, issued.number)
    chosen = {term for choice in authorisation.choices for term in choice.terms}
    terms = _terms(case, chosen, at)
    for term in terms:
        if term.id in chosen and term.confirmed_by is not None:
            attribution.check_term_acts(term, *case.log_of(Term.KIND, term.id, issued.number))
            check_order(case, term, issued.number)
    orders = {*case.ids(Instrument.KIND), *(term.instrument for term in terms)}
    instruments = [as_known_at(case.record(Instrument, order).it, at) for order in sorted(orders)]
    lists = declared(case, profile, trusted.log.ring, trusted.log.time(issued.number))
    choices = authorisation.choices
    if profile.schema >= NAMES_KIND:
        choices = for_device(choices, terms, profile.device_kind)
    if compile_grants(instruments, terms, choices, lists, at) != profile.grants:
        raise Refused("grants-differ", "The profile grants something else than its orders and choices allow.")
    check_compiled(case, profile, instruments, terms)


def _check_reviewed(case: Case, authorisation: AuthorisationRecord, issued: Issued) -> None:
    """No lease outlasts the review that was due when it was signed (R-LEG-23)."""
    if authorisation.review_by is not None:
        check_first(authorisation.authorised_at or issued.profile.lease.since, authorisation.review_by)
    reviews = []
    for one in case.ids(ReviewRecord.KIND):
        review = case.record(ReviewRecord, one).it
        row, log = case.log_of(ReviewRecord.KIND, one, issued.number)
        if review.authorisation == authorisation.id and any(row.id == t.id for entry in log for t in entry.touched):
            attribution.check_review_act(review, authorisation, row, log)
            reviews.append(review)
    check_reviewed(due_of(authorisation.review_by, reviews), issued.profile.lease)


def _terms(case: Case, chosen: set[Id], at: Ms) -> list[Term]:
    """Those that were chosen, and all others of the case, by which a newer order may end an older; each as it was known then."""
    terms = [case.record(Term, term).it for term in sorted({*case.ids(Term.KIND), *chosen})]
    withdrawals = [case.record(Withdrawal, one).it for one in sorted(case.ids(Withdrawal.KIND))]
    return [as_confirmed_at(term, at) for term in cut_withdrawn(terms, withdrawals, at)]


def _check_item(case: Case, trusted: Trusted, item: Item, place: LeafPlace) -> None:
    envelope, claim = item.envelope, item.envelope.claim
    batch, of_item = case.batch_of(place), trusted.by_digest(envelope.profile)
    named = of_item.profile
    said = (envelope.device, envelope.deployment, envelope.profile_version)
    if (named.device, named.deployment, named.version) != said:
        raise Refused("other-profile", "An item names a profile of another device, deployment or version.")
    signed = [one for one in trusted.issued[envelope.device] if one.number < case.received(batch)]
    if of_item not in signed:
        raise Refused("other-profile", "An item names a profile that was not yet signed when it was received.")
    grant = may_leave.check(may_leave.admit(named, claim, batch.received_at))
    may_leave.check(may_leave.admit_by_newest((one.profile for one in signed), claim, grant))
    values = opened.shown(item.body)
    texts = {name: value if isinstance(value, str) else None for name, value in values.items()}
    names = [field.name for field in fields(Body)]
    if set(texts) - set(names) or may_leave.check_body(grant, Body(*(texts.get(name) for name in names))):
        raise Refused("field-not-granted", "An item shows what its grant does not let leave the device.")
