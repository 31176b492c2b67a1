-- grain: one row per provider adjustment and claim family whose original reference number stands in the reference
--
-- REF*F8 of a correction, or of the 837 that replaces a claim, repeats the payer's number of the earlier version. It
-- may be the only trace of a version that was paid before the first remittance on file.
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
        and identifier.kind = 'original_reference_number'
    where
        identifier.first_remittance_number <= token.remittance_number
        and (token.layout = 'whole' or token.size >= 6)
    group by all
),

by_original_reference_number as (
    select
        provider_adjustment_id,
        claim_family_id,
        claim_payment_number,
        'original_reference_number' as rule,
        3 as strength,
        'reference (' || layout || ') = original reference number (REF F8)' as evidence,
    from hit
)

select * from by_original_reference_number
