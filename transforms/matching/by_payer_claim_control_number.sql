-- grain: one row per provider adjustment and claim family whose payer claim control number stands in the reference
--
-- The guide's own way, and most payers'. The number of any version counts: some payers write the old claim's number on
-- one leg and the reprocessed claim's on the other.
with by_payer_claim_control_number as (
    select
        provider_adjustment_id,
        claim_family_id,
        claim_payment_number,
        'payer_claim_control_number' as rule,
        4 as strength,
        layout,
        'reference (' || layout || ') = payer claim control number' as evidence,
    from matching.payer_number
    where kind = 'payer_claim_control_number'
)

select * from by_payer_claim_control_number
