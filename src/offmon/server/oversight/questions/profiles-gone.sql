-- How many profiles does the log call signed that are signed no more: their row is gone, or says that they wait or were refused? No profile is
-- ever deleted or taken back (it is followed by another), so each was made away with; and nobody can tell any more what it let a device do. The signer
-- alone writes an entry in its own name (trigger `vault_s_own_word`): nobody else makes one up here.
select count(*) as gone
from (
    select distinct split_part(named, ':', 2)::uuid as id
    from audit_entry, unnest(touched) as named
    where verb = 'profile.signed' and outcome = 'allowed' and actor = '7369676e-6572-0000-0000-000000000000' and named like 'deployments\_profile:%%'
) told
where not exists (select from deployments_profile profile where profile.id = told.id and state = 'signed')
