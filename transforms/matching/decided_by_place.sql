-- grain: one row per delay and claim family that the same remittance proves, where the reference did not
--
-- by_same_remittance_difference, for adjustments whose reference proved nothing, and for claims that no other
-- adjustment of the remittance holds harmless already.
with held_by_reference as (
    select kind.remittance_id, decided.claim_family_id
    from matching.decided_by_reference as decided
    join matching.kind as kind using (provider_adjustment_id)
    where kind.kind = 'deferral'
),

decided as (
    select
        place.provider_adjustment_id,
        place.claim_family_id,
        place.undone_claim_payment_id as claim_payment_id,
        place.amount,
        place.rule,
        cast(if(place.rule = 'same_remittance_difference_in_order', 0.85, 0.9) as decimal(3, 2)) as confidence,
        place.evidence,
        count(held.claim_family_id) over (partition by place.provider_adjustment_id) as held_already,
    from matching.by_same_remittance_difference as place
    join matching.kind as kind using (provider_adjustment_id)
    anti join matching.decided_by_reference as decided using (provider_adjustment_id)
    left join held_by_reference as held
        on held.remittance_id = kind.remittance_id and held.claim_family_id = place.claim_family_id
    where kind.kind = 'deferral'
)

select * exclude (held_already)
from decided
where held_already = 0
