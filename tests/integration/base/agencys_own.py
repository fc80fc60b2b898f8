"""Rows of an agency's own for `test_backstops`, each whole but for one thing: a version of its times, and a policy document."""

TIMES = (
    "insert into agencies_timesversion (id, agency, salt, urgent_acknowledge, urgent_decide, high_acknowledge, high_decide,"
    " standard_acknowledge, standard_decide, opens, closes, reason, asked_by, asked_at, begun_in)"
    " select gen_random_uuid(), agency_id, '', {urgent}, 60, {high}, 1440, 4320, 10080, 540, 1020, 'r', {asked}, 0, agency_id"
    " from (select * from agencies_staff limit 1) one, generate_series(1, {times});"
    " update agencies_timesversion set {answer} from (select (extract(epoch from clock_timestamp()) * 1000)::bigint as now) at"
)
TIMES_WHOLE = {"urgent": "15", "high": "240", "asked": "id", "times": "1", "answer": "reason = reason"}
POLICY = (
    "insert into orders_policy_document (id, agency, salt, version, title, principles, retention, owner, document, kept_as,"
    " since, review_by, prepared_at, prepared_by, agreed_at, agreed_by, begun_in, agreed_in, refused_at, refused_by, refusal)"
    " select gen_random_uuid(), agency, '', n, 't', 'p', 'r', 'o', '\\x00', 'k', 0, {review}, 0, id, {agreed}, {refused}"
    " from people_person, generate_series(1, {versions}) n"
)
POLICY_WHOLE = {"review": "1", "agreed": "0, agency, id, agency", "refused": "null, null, null", "versions": "1"}


def times(**changed: str) -> str:
    """A version of an agency's times, but for one thing."""
    given = {**TIMES_WHOLE, **changed}
    made, answered = TIMES.format(**given).split("; ")
    return made if given["answer"] == TIMES_WHOLE["answer"] else f"{made}; {answered}"


def policy(**changed: str) -> str:
    """A policy document that two people stand behind, but for one thing."""
    return POLICY.format(**{**POLICY_WHOLE, **changed})


TIMES_REFUSED = {
    "times_within_bounds": times(urgent="16"),
    "times_in_order": times(high="14"),
    "times_one_waits": times(times="2"),
    "times_agreed_by_another": times(answer="agreed_by = asked_by, agreed_at = at.now, agreed_in = id"),
    "times_in_another_sitting": times(answer="agreed_by = agency, agreed_at = at.now, agreed_in = begun_in"),
    "times_refused_by_another": times(answer="refused_by = agency, refused_at = at.now, refusal = ''"),
}
TIMES_BEHIND = {
    "times_within_bounds": ("agencies_timesversion", "S199"),
    "times_in_order": ("agencies_timesversion", "S199"),
    "times_agreed_by_another": ("agencies_timesversion", "S199"),
    "times_in_another_sitting": ("agencies_timesversion", "S50"),
}
TIMES_BY_NOBODY = {
    "times_agreed_by_another": times(asked="null", answer="agreed_by = agency, agreed_at = at.now, agreed_in = id"),
}
