-- On what does each profile rest that a device may obey now? Every one that was signed and whose lease runs by its signed text: that is
-- what a device reads, and one that was away may hold an older (what devices have taken is not asked: it would move with what they send).
-- Of each its text, whether its row says of whom and which version it is as the text does, and whether it is the newest; of the same case
-- each order and term: ids, kinds and times, and no word of any; and whether two members of staff whose roles may recorded and confirmed
-- the term, both with the case open to them: of another agency only while the case was shared with it. (Who has left still counts.)
-- `authority.py` runs the rule over them that the signer runs, and compares; `told` is as of `before`.
with signed as materialized (
    select agency, "case", deployment_id, device_id, version, document,
           convert_from(decode(convert_from(document, 'utf8')::json ->> 'payload', 'base64'), 'utf8')::json as says
    from deployments_profile where state = 'signed'
),
lasting as materialized (
    select *, (says #>> '{lease,since}')::bigint as since, coalesce((says #>> '{lease,until}')::bigint, 9223372036854775807) as until
    from signed
),
running as (
    select "case", document, row_number() over (partition by device_id order by version desc) = 1 as newest,
           coalesce((says ->> 'agency')::uuid = agency and (says ->> 'case')::uuid = "case" and (says ->> 'version')::bigint = version
                    and (says ->> 'deployment')::uuid = deployment_id and (says ->> 'device')::uuid = device_id, false) as fits
    from lasting where since <= %(at)s and until > %(at)s
),
earlier as (
    select distinct on (device_id) until, says from lasting where since < %(before)s order by device_id, version desc
),
worked as not materialized (
    select held."case", held.staff_id, held.since, coalesce(least(held.until, sharing.until), 9223372036854775807) as until
    from agencies_caseload held
    join agencies_staff person on person.id = held.staff_id
    left join agencies_party sharing on sharing.id = held.party_id and sharing."case" = held."case"
        and sharing.partner_id = person.agency_id and sharing.since <= held.since
    where person.agency_id = held.agency or sharing.id is not null
)
select (select coalesce(sum(json_array_length(says -> 'grants')), 0) from earlier where until > %(before)s) as told,
       (select coalesce(jsonb_agg(jsonb_build_object(
            'document', convert_from(document, 'utf8'),
            'case', "case",
            'newest', newest,
            'fits', fits,
            'instruments', (
                select coalesce(jsonb_agg(jsonb_build_object(
                    'id', id, 'basis', basis, 'made_on', made_on, 'convicted_on', convicted_on, 'served_at', served_at,
                    'effective_from', effective_from, 'offence_types', offence_types, 'requested_at', requested_at,
                    'ended_at', ended_at, 'end_known_at', end_known_at, 'route', route, 'varies', varies,
                    'keeps_earlier', keeps_earlier, 'agreement', convert_from(agreement, 'utf8')::json)), '[]')
                from orders_instrument instrument where instrument."case" = running."case"),
            'withdrawals', (
                select coalesce(jsonb_agg(jsonb_build_object(
                    'id', id, 'term', term_id, 'withdrawn_at', withdrawn_at, 'known_at', known_at, 'door', door)), '[]')
                from orders_withdrawal withdrawn where withdrawn."case" = running."case"),
            'terms', (
                select coalesce(jsonb_agg(jsonb_build_object(
                    'id', id, 'instrument', instrument_id, 'effect', effect, 'capabilities', capabilities,
                    'since', since, 'until', until, 'recorded_by', recorded_by, 'confirmed_by', confirmed_by,
                    'confirmed_at', confirmed_at,
                    'of_staff', exists (select from agencies_staff first join worked on worked.staff_id = first.id
                                        where first.id = term.recorded_by and first.role = any(%(may_record)s)
                                            and worked."case" = term."case" and worked.since <= term.confirmed_at)
                                and exists (select from agencies_staff second join worked on worked.staff_id = second.id
                                            where second.id = term.confirmed_by and second.role = any(%(may_confirm)s)
                                                and worked."case" = term."case" and worked.since <= term.confirmed_at
                                                and worked.until > term.confirmed_at))), '[]')
                from orders_term term where term."case" = running."case"))), '[]')
        from running) as resting
