-- Did somebody read each message to the public site within thirty days? Ids and times only: no word of a message. (Whether the page
-- itself answers is looked at from outside.)
select count(*) as looked,
       count(*) filter (where at < %(at)s - 30 * 86400000::bigint and not exists (
           select from oversight_enquiryreading reading where reading.enquiry = enquiry.id
       )) as wanting,
       count(*) as told
from oversight_enquiry enquiry
