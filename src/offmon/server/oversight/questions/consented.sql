-- Can each day's page counts be of a visitor who had accepted being counted? By the end of that day somebody had, within the time for
-- which a choice lasts. (A choice names nobody, so no count can be held against one person's choice; and a withdrawal names nobody, so
-- that anybody may send them: none is held against the acceptance of somebody else. Of days so long ago that a note of a choice made for
-- them may be deleted already, nothing is asked. What is looked at is the guard by which the database counts, visits or none: neither how
-- this stands nor a figure tells that somebody read a page.)
select (select count(*) from pg_trigger where tgrelid = 'oversight_pagecount'::regclass and tgname = 'counted_with_consent') as looked,
       count(*) filter (where not exists (
           select from oversight_cookiechoice choice
           where choice.choice = 'accepted' and choice.at < page.day + 25 * 3600000
             and choice.at >= page.day - (%(choice_lasts_days)s + 1) * 86400000::bigint
       )) as wanting,
       null as told
from oversight_pagecount page
where page.day >= %(at)s - (%(choice_noted_days)s - %(choice_lasts_days)s - 2) * 86400000::bigint
