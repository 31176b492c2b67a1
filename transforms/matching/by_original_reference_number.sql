-- grain: one row per provider adjustment and claim family whose original reference number stands in the reference
--
-- REF*F8 of a correction, or of the 837 that replaces a claim, repeats the payer's number of the earlier version. It
-- may be the only trace of a version that was paid before the first remittance on file.
with by_original_reference_number as (
    select
        provider_adjustment_id,
        claim_family_id,
        claim_payment_number,
        'original_reference_number' as rule,
        3 as strength,
        layout,
        'reference (' || layout || ') = original reference number (REF F8)' as evidence,
    from matching.payer_number
    where kind = 'original_reference_number'
)

select * from by_original_reference_number
