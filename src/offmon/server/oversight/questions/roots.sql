-- Which agency is this? Whether the root key, the log and the signed Keys statements that the directory has of it are those of the published
-- trust file, whoever asks judges by that file, and not by anything in the database.
select count(*) as looked, 0 as wanting, count(*) as told, coalesce(jsonb_agg(id), '[]') as resting
from agencies_agency where id = current_setting('offmon.agency')::uuid
