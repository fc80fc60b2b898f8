-- Was each alert that is closed decided by a member of staff, and by no process of ours?
select count(*) as looked,
       count(*) filter (where not exists (
           select from triage_decision decision
           join agencies_staff person on person.id = decision.decided_by
           where decision.alert_id = alert.id and person.role <> 'service'
       )) as wanting
from triage_alert alert
where state = 'decided'
