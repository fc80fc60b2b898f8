-- On what does each profile rest that a device may obey now? Its signed text, and of the same case each order and term: ids, kinds and
-- times, and no word of any; and whether two members of staff whose roles may recorded and confirmed the term. (Of another agency too, with
-- which the case is shared. Who has left still counts.) `authority.py` runs the rule over them that the signer runs, and compares; `told` is
-- as of `before`.
with newest as (
    select distinct on (device_id) "case", lease_since, lease_until, document
    from deployments_profile where state = 'signed' order by device_id, version desc
),
earlier as (
    select distinct on (device_id) lease_until, document
    from deployments_profile where state = 'signed' and lease_since < %(before)s order by device_id, version desc
)
select (select coalesce(sum(jsonb_array_length(convert_from(decode(
            convert_from(document, 'utf8')::jsonb ->> 'payload', 'base64'), 'utf8')::jsonb -> 'grants')), 0)
        from earlier where lease_until > %(before)s) as told,
       (select coalesce(jsonb_agg(jsonb_build_object(
            'document', convert_from(document, 'utf8'),
            'case', "case",
            'instruments', (
                select coalesce(jsonb_agg(jsonb_build_object(
                    'id', id, 'basis', basis, 'made_on', made_on, 'convicted_on', convicted_on, 'served_at', served_at,
                    'effective_from', effective_from, 'offence_types', offence_types, 'requested_at', requested_at,
                    'ended_at', ended_at, 'end_known_at', end_known_at)), '[]')
                from orders_instrument instrument where instrument."case" = newest."case"),
            'terms', (
                select coalesce(jsonb_agg(jsonb_build_object(
                    'id', id, 'instrument', instrument_id, 'effect', effect, 'capabilities', capabilities,
                    'since', since, 'until', until, 'recorded_by', recorded_by, 'confirmed_by', confirmed_by,
                    'confirmed_at', confirmed_at,
                    'of_staff', exists (select from agencies_staff first
                                        where first.id = recorded_by and first.role = any(%(may_record)s))
                                and exists (select from agencies_staff second
                                            where second.id = confirmed_by and second.role = any(%(may_confirm)s)))), '[]')
                from orders_term term where term."case" = newest."case"))), '[]')
        from newest where lease_since <= %(at)s and lease_until > %(at)s) as resting
