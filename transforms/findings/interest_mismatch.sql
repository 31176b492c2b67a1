-- grain: one row per remittance whose interest (L6) is not what its claims say (AMT*I)
--
-- L6 is minus the sum of the claims' interest. A payer whose claims never tell interest cannot be held to it.
with told as (
    select
        remittance_id,
        relation_number,
        money(sum(interest_amount)) as amount,
        count(*) filter (where interest_amount <> 0) as claims,
    from staging.claim_payment
    group by all
),

telling as (
    select relation_number
    from told
    group by all
    having sum(claims) > 0
),

paid as (
    select remittance_id, money(-sum(amount)) as amount
    from staging.provider_adjustment
    where adjustment_reason_code = 'L6'
    group by all
),

interest_mismatch as (
    select
        'interest_mismatch' as kind,
        remittance.remittance_id as about,
        cast(null as varchar) as claim_family_id,
        remittance.remittance_id,
        cast(null as varchar) as provider_adjustment_id,
        money(money(paid.amount) - money(told.amount)) as amount,
        concat_ws(' ', 'check', remittance.trace_number, 'of', remittance.payment_date) || ' pays interest of '
        || dollars(money(paid.amount)) || ' (L6), but its claims tell of ' || dollars(money(told.amount))
        || ' (AMT*I): ' || dollars(abs(money(paid.amount) - money(told.amount)))
        || if(money(paid.amount) > money(told.amount), ' too much', ' too little') as explanation,
    from staging.remittance as remittance
    semi join telling using (relation_number)
    left join told using (remittance_id)
    left join paid using (remittance_id)
    where money(paid.amount) <> money(told.amount)
)

select * from interest_mismatch
