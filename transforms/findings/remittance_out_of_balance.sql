-- grain: one row per remittance whose payment is not what its claims and provider adjustments make
with remittance_out_of_balance as (
    select
        'remittance_out_of_balance' as kind,
        remittance_id as about,
        cast(null as varchar) as claim_family_id,
        remittance_id,
        cast(null as varchar) as provider_adjustment_id,
        money(imbalance_amount) as amount,
        concat_ws(' ', 'check', trace_number, 'of', payment_date) || ': payment ' || dollars(payment_amount)
        || ', but claims ' || dollars(claim_payment_total)
        || ' less provider adjustments ' || dollars(provider_adjustment_total) || ' make '
        || dollars(claim_payment_total - provider_adjustment_total) || ' (' || dollars(abs(imbalance_amount))
        || if(imbalance_amount > 0, ' too much)', ' too little)') as explanation,
    from staging.remittance
    where imbalance_amount <> 0
)

select * from remittance_out_of_balance
