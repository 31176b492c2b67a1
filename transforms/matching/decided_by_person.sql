-- grain: one row per provider adjustment and claim family that a person has matched
--
-- What a person says about an adjustment replaces all that rules would say about it, also in a remittance out of
-- balance.
select
    provider_adjustment_id,
    claim_family_id,
    claim_payment_id,
    claim_id,
    part_amount as amount,
    'person' as rule,
    cast(1 as decimal(3, 2)) as confidence,
    'matched by a person on ' || cast(decided_at as date) as evidence,
from matching.person
where action = 'match' and outcome = 'applied'
