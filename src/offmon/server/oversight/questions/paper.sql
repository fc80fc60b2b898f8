-- Which papers of this kind were ever recorded, by a member of staff whose role may: one row each, and whether it is held today. What was
-- put in by hand, so that no entry of the log names it, is none of them; what was changed since it was recorded is held no more.
select paper.issuer, paper.until, recorded.stands and paper.since <= %(at)s and paper.until > %(at)s as held
from oversight_attestation paper
join oversight_papers_recorded() recorded on recorded.paper = paper.id
join agencies_staff checker on checker.id = recorded.checked_by and checker.agency_id = paper.agency
where paper.control = %(control)s and checker.role = any(%(may_attest)s)
