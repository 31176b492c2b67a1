-- grain: one row per provider adjustment and claim family whose payer claim control number stands in the reference
--
-- The guide's own way, and most payers'. The number of any version counts: some payers write the old claim's number on
-- one leg and the reprocessed claim's on the other.
with hit as (
    select
        token.provider_adjustment_id,
        identifier.claim_family_id,
        max(identifier.claim_payment_number) as claim_payment_number,
        arg_min(token.layout, if(token.layout = 'whole', '', token.layout)) as layout,
    from takebacks.reference_token as token
    join takebacks.identifier as identifier
        on identifier.relation_number = token.relation_number
        and identifier.token = token.token
        and identifier.kind = 'payer_claim_control_number'
    where
        identifier.first_remittance_number <= token.remittance_number
        and (token.layout = 'whole' or token.size >= 6)
    group by all
),

by_payer_claim_control_number as (
    select
        provider_adjustment_id,
        claim_family_id,
        claim_payment_number,
        'payer_claim_control_number' as rule,
        4 as strength,
        'reference (' || layout || ') = payer claim control number' as evidence,
    from hit
)

select * from by_payer_claim_control_number
