-- grain: one row per provider adjustment that is not wholly tied to claims
-- All columns: an older generation has no sentences yet.
select * exclude (provider_adjustment_id)
from main.suspense
where provider_adjustment_id = $1
