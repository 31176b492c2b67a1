-- severity: fail
-- says: matched and unmatched amount make the amount of each provider adjustment
select provider_adjustment_id
from marts.provider_adjustment
where matched_amount + unmatched_amount <> amount
