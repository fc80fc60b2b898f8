"""What a record of a bundle says of who confirmed, authorised, ended or decided, held to the run (`core.acts`), whatever rests on it."""

from offmon.core import acts
from offmon.core.bundle.case import Case
from offmon.core.ids import Id
from offmon.core.order import Instrument, Term
from offmon.core.records import Authorisation, Decision


def check_acts(case: Case, kind: str, record: Id) -> None:
    """Raises Refused where the run says otherwise. A term not yet confirmed, or a draft, says nothing of a second person."""
    match kind:
        case Instrument.KIND:  # the tail may end what the payload shows as it still was
            acts.check_end_act(*case.log_of(kind, record, case.index.last + 1))
        case Term.KIND if (term := case.record(Term, record).it).confirmed_by is not None:
            acts.check_term_acts(term, *case.log_of(kind, record))
        case Authorisation.KIND if (one := case.record(Authorisation, record).it).authorised_by is not None:
            acts.check_authorisation_acts(one, *case.log_of(kind, record))
        case Decision.KIND:
            acts.check_decision_act(case.record(Decision, record).it, *case.log_of(kind, record))


def check_newest(case: Case, authorisation: Authorisation, before: int) -> None:
    """Raises Refused `superseded` where, below that number of the run, another of the deployment's was authorised since."""
    known = [case.record(Authorisation, one).it for one in case.ids(Authorisation.KIND)]
    same = {one.id for one in known if one.deployment == authorisation.deployment}
    log = [entry.it for number, entry in sorted(case.entries.items()) if number < before]
    acts.check_not_superseded(authorisation.id, same, log)
