-- grain: one row per remittance whose payment is below zero
with negative_payment as (
    select
        'negative_payment' as kind,
        remittance_id as about,
        cast(null as varchar) as claim_family_id,
        remittance_id,
        cast(null as varchar) as provider_adjustment_id,
        payment_amount as amount,
        concat_ws(' ', 'check', trace_number, 'of', payment_date) || ' cannot be below zero: '
        || dollars(payment_amount) || ' should have been moved forward (FB)' as explanation,
    from staging.remittance
    where payment_amount < 0
)

select * from negative_payment
