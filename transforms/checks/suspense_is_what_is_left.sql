-- severity: fail
-- says: every unmatched amount of a kind that concerns claims is in suspense unless a person has dismissed it
with left_over as (
    select provider_adjustment_id, unmatched_amount
    from marts.provider_adjustment
    anti join (
        from marts.decision where action = 'dismiss' and outcome = 'applied'
    ) as dismissed using (provider_adjustment_id)
    where
        unmatched_amount <> 0
        and kind in ('recoupment', 'deferral', 'give_back', 'refund', 'refund_contra', 'excess_refund')
)

select provider_adjustment_id
from left_over
full join marts.suspense as suspense using (provider_adjustment_id)
where suspense.amount is distinct from left_over.unmatched_amount
