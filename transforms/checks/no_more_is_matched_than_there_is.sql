-- severity: fail
-- says: a match has its adjustment's sign, and matches take no more than the amount
select adjustment.provider_adjustment_id
from marts.provider_adjustment as adjustment
join marts.takeback_match as matched using (provider_adjustment_id)
where sign(matched.amount) <> sign(adjustment.amount) or abs(adjustment.matched_amount) > abs(adjustment.amount)
