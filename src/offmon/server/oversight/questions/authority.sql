-- Does each grant of each profile that a device may obey now rest on a term that a second officer confirmed, of an instrument
-- that was not already known to have ended for an hour? (A narrower profile takes effect within that; gate 2 refuses meanwhile.)
with newest as (
    select distinct on (device_id) lease_since, lease_until, document
    from deployments_profile where state = 'signed' order by device_id, version desc
),
granted as (
    select given.value as given
    from newest,
         jsonb_array_elements(
             convert_from(decode(convert_from(document, 'utf8')::jsonb ->> 'payload', 'base64'), 'utf8')::jsonb -> 'grants'
         ) as given
    where lease_since <= %(at)s and lease_until > %(at)s
)
select count(*) as looked,
       count(*) filter (where not exists (
           select from jsonb_array_elements(given -> 'terms') as resting
           join orders_term term on term.id = (resting ->> 'term')::uuid
           join orders_instrument instrument on instrument.id = term.instrument_id
           where term.confirmed_by is not null and term.confirmed_by <> term.recorded_by
             and (instrument.ended_at is null or instrument.ended_at > %(at)s
                  or instrument.end_known_at > %(at)s - 3600000)
       )) as wanting
from granted
