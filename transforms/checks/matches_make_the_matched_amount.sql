-- severity: fail
-- says: the matches of a provider adjustment add up to its matched amount
with matched as (
    select provider_adjustment_id, sum(amount) as amount
    from marts.takeback_match
    group by all
)

select adjustment.provider_adjustment_id
from marts.provider_adjustment as adjustment
full join matched using (provider_adjustment_id)
where coalesce(adjustment.matched_amount, 0) <> coalesce(matched.amount, 0) or adjustment.remittance_id is null
