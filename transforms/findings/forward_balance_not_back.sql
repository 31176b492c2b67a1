-- grain: one row per chain of forward balances from which nothing has come back for long
--
-- How long it may rest is a row of codes/waiting_days.csv; days are counted to the latest payment on file.
with as_of as (
    select as_of.payment_date, max(cast(waiting.days as integer)) as days
    from staging.as_of as as_of
    cross join codes.waiting_days as waiting
    where waiting.what = 'forward_balance'
    group by all
),

last_move as (
    select forward.*, remittance.trace_number, remittance.payment_date
    from ledger.forward_balance as forward
    join staging.remittance as remittance using (remittance_id)
    qualify row_number() over (
        partition by forward.chain_id
        order by remittance.remittance_number desc, forward.direction desc, forward.provider_adjustment_number desc
    ) = 1
),

forward_balance_not_back as (
    select
        'forward_balance_not_back' as kind,
        last_move.chain_id as about,
        cast(null as varchar) as claim_family_id,
        last_move.remittance_id,
        last_move.provider_adjustment_id,
        last_move.balance_after as amount,
        concat_ws(' ', 'check', last_move.trace_number, 'of', last_move.payment_date) || ' moved '
        || dollars(last_move.balance_after) || ' forward, and no check has collected it since, '
        || datediff('day', last_move.payment_date, as_of.payment_date) || ' days' as explanation,
    from last_move
    cross join as_of
    where
        last_move.balance_after > 0
        and datediff('day', last_move.payment_date, as_of.payment_date) > as_of.days
)

select * from forward_balance_not_back
