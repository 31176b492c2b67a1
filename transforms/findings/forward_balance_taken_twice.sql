-- grain: one row per forward balance that was collected again, beyond what had been moved forward under its reference
with taken as (
    select forward.*, remittance.trace_number, remittance.payment_date
    from ledger.forward_balance as forward
    join staging.remittance as remittance using (remittance_id)
    where forward.direction = 'in' and forward.balance_after < 0 and forward.is_origin_named
),

forward_balance_taken_twice as (
    select
        'forward_balance_taken_twice' as kind,
        provider_adjustment_id as about,
        cast(null as varchar) as claim_family_id,
        remittance_id,
        provider_adjustment_id,
        money(-balance_after) as amount,
        concat_ws(' ', 'check', trace_number, 'of', payment_date) || ' collects ' || dollars(amount)
        || ' of the balance of check ' || origin_trace_number || ', ' || dollars(-balance_after)
        || ' more than was still open' as explanation,
    from taken
)

select * from forward_balance_taken_twice
