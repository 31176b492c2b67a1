-- grain: one row per adjustment and claim family whose debt it opened (positive) or lowered (negative)
-- relation_number: the relation in which the debt was opened; an affiliate's check may pay it (OB)
-- opened_in_remittance: the remittance that first delayed a recovery from this family
with movement as (
    select claim_family_id, provider_adjustment_number, remittance_number, amount
    from matching.receivable
    union all
    select claim_family_id, provider_adjustment_number, remittance_number, -amount
    from matching.collected
    union all
    select decided.claim_family_id, kind.provider_adjustment_number, kind.remittance_number, -abs(decided.amount)
    from matching.decided_by_receivable_number as decided
    join matching.kind as kind using (provider_adjustment_id)
),

opening as (
    select
        claim_family_id,
        min(relation_number) as relation_number,
        min(remittance_number) as opened_in_remittance,
        arg_max(claim_payment_id, provider_adjustment_number) as claim_payment_id,
    from matching.receivable
    group by all
)

select movement.*, opening.* exclude (claim_family_id)
from movement
join opening using (claim_family_id)
