-- Does the newest checkpoint of each device that was heard of name software that we published?
with newest as (
    select distinct on (device) device, checkpoint from intake_journal order by device, number desc
)
select count(*) as looked,
       count(*) filter (where (convert_from(decode(
           convert_from(checkpoint, 'utf8')::jsonb ->> 'payload', 'base64'), 'utf8')::jsonb ->> 'release'
           = any(%(releases)s::text[])) is not true) as wanting,
       count(*) filter (where exists (
           select from deployments_profile profile
           where profile.device_id = newest.device and profile.state = 'signed' and profile.lease_since < %(before)s)) as told
from newest
