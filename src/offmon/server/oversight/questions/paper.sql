-- Is a paper of this kind held today? `looked`: how many ever were.
select count(*) as looked,
       case when bool_or(withdrawn_at is null and since <= %(at)s and until > %(at)s) then 0 else count(*) end as wanting,
       null as told
from oversight_attestation
where control = %(control)s
