-- grain: one row per adjustment and claim family whose debt it opened (positive) or lowered (negative)
-- opened_in_remittance: the remittance that first delayed a recovery from this family
with movement as (
    select relation_number, claim_family_id, claim_payment_id, provider_adjustment_number, remittance_number, amount
    from matching.receivable
    union all
    select relation_number, claim_family_id, null, provider_adjustment_number, remittance_number, -amount
    from matching.collected
    union all
    select kind.relation_number, decided.claim_family_id, null, kind.provider_adjustment_number,
        kind.remittance_number, -abs(decided.amount)
    from matching.decided_by_receivable_number as decided
    join matching.kind as kind using (provider_adjustment_id)
),

opening as (
    select
        claim_family_id,
        min(remittance_number) as opened_in_remittance,
        arg_max(claim_payment_id, provider_adjustment_number) as claim_payment_id,
    from matching.receivable
    group by all
)

select movement.* exclude (claim_payment_id), opening.claim_payment_id, opening.opened_in_remittance
from movement
join opening using (claim_family_id)
