-- grain: one row per claim family and adjustment that collected, refunded or gave back some of its debt
select
    kind.relation_number,
    kind.reference_key,
    kind.provider_adjustment_number,
    kind.remittance_number,
    decided.provider_adjustment_id,
    decided.claim_family_id,
    if(kind.kind = 'refund', -decided.amount, decided.amount) as amount,
from matching.decided_by_reference as decided
join matching.kind as kind using (provider_adjustment_id)
where kind.kind in ('recoupment', 'refund', 'give_back')
