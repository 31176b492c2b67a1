-- grain: one row per provider adjustment and claim family that a part of it belongs to
--
-- The one place that decides. Steps were made to leave each adjustment to one of them: the reference, the place, the
-- number of a known debt, the debts themselves. The WO leg of a refund, and the excess that a payer hands back, follow
-- the 72 beside them where their own reference proved nothing.
with proven as (
    from matching.decided_by_reference
    union all by name
    from matching.decided_by_place
    union all by name
    from matching.decided_by_receivable_number
    union all by name
    from matching.decided_by_debt
),

left_over as (
    select kind.*
    from matching.kind as kind
    anti join proven using (provider_adjustment_id)
    where kind.kind in ('refund', 'refund_contra', 'excess_refund') and kind.is_in_balance
),

beside as (
    select leg.provider_adjustment_id, other.provider_adjustment_id as beside_id
    from takebacks.refund_pair as leg
    join takebacks.refund_pair as other
        on other.refund_id = leg.refund_id and other.provider_adjustment_id <> leg.provider_adjustment_id
    union all
    select excess.provider_adjustment_id, refund.provider_adjustment_id
    from matching.kind as excess
    join matching.kind as refund
        on refund.remittance_id = excess.remittance_id
        and refund.kind = 'refund'
        and refund.reference_key is not distinct from excess.reference_key
    where excess.kind = 'excess_refund'
),

single_family as (
    select provider_adjustment_id, min(claim_family_id) as claim_family_id, min(claim_payment_id) as claim_payment_id,
        min(confidence) as confidence
    from proven
    group by all
    having count(*) = 1
),

following as (
    select
        left_over.provider_adjustment_id,
        family.claim_family_id,
        family.claim_payment_id,
        left_over.amount,
        'beside_the_refund' as rule,
        family.confidence,
        'stands beside the other leg of the same refund' as evidence,
    from left_over
    join beside using (provider_adjustment_id)
    join single_family as family on family.provider_adjustment_id = beside.beside_id
    qualify
        row_number() over (partition by left_over.provider_adjustment_id order by beside.beside_id) = 1
        and min(family.claim_family_id) over (partition by left_over.provider_adjustment_id)
            = max(family.claim_family_id) over (partition by left_over.provider_adjustment_id)
)

from proven
union all by name
from following
