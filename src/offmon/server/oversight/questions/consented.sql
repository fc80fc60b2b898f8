-- Can each day's page counts be of a visitor who had accepted being counted? On that day some acceptance was in force: made within
-- the time for which a choice lasts, and more were made until its end than withdrawn before it began. (A choice names nobody, so no
-- count can be held against one person's choice.)
select count(*) as looked,
       count(*) filter (where not exists (
           select from oversight_cookiechoice choice
           where choice.at < page.day + 25 * 3600000
           having count(*) filter (where choice = 'accepted' and choice.at >= page.day - (%(choice_lasts_days)s + 1) * 86400000::bigint) > 0
              and count(*) filter (where choice = 'accepted')
                  > count(*) filter (where choice = 'withdrawn' and choice.at < page.day)
       )) as wanting,
       count(*) as told
from oversight_pagecount page
