-- grain: one row per reversal of a payment that is not on file
with reversal_without_payment as (
    select
        'reversal_without_payment' as kind,
        claim_payment_id as about,
        claim_family_id,
        remittance_id,
        cast(null as varchar) as provider_adjustment_id,
        money(-paid_amount) as amount,
        'a payment of ' || dollars(-paid_amount) || ' was reversed that is not on file' as explanation,
    from takebacks.claim_payment
    where role = 'reversal' and reverses_claim_payment_id is null
)

select * from reversal_without_payment
