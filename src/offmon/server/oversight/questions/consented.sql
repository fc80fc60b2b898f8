-- Was each page count of the public site made after somebody had accepted being counted?
select count(*) as looked,
       count(*) filter (where not exists (
           select from oversight_cookiechoice choice where choice.choice = 'accepted' and choice.at < page.day + 25 * 3600000
       )) as wanting
from oversight_pagecount page
