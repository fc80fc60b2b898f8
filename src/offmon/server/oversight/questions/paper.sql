-- Which papers of this kind does the log say were ever recorded? One row each, and whether it is held today: it is there as it was recorded,
-- by a member of staff whose role may, was not withdrawn, and has not ended. One that was taken away, or changed, is held no more.
-- One that is there as it was recorded and begins only later is none yet; one that the log says was withdrawn before it began never was one.
-- What was put in by hand, so that no entry of the log names it, is none of them; one that is gone, and of which the log does not say the
-- kind, is missing of every kind.
select coalesce(paper.issuer, '') as issuer, coalesce(paper.until, 0) as until,
       recorded.stands and checker.id is not null and paper.until > %(at)s as held
from oversight_papers_recorded() recorded
left join oversight_attestation paper on paper.id = recorded.paper
left join agencies_staff checker
    on checker.id = recorded.checked_by and checker.agency_id = paper.agency and checker.role = any(%(may_attest)s)
where coalesce(recorded.control, %(control)s) = %(control)s
  and not coalesce(recorded.stands and paper.since > %(at)s or recorded.withdrawn_at < paper.since, false)
