-- grain: one row per forward balance that was collected beyond what had been moved forward
with taken as (
    select
        forward.*,
        remittance.trace_number,
        remittance.payment_date,
        least(forward.amount, -forward.balance_after) as excess_amount,
    from ledger.forward_balance as forward
    join staging.remittance as remittance using (remittance_id)
    where forward.direction = 'in' and forward.balance_after < 0
),

forward_balance_taken_twice as (
    select
        'forward_balance_taken_twice' as kind,
        provider_adjustment_id as about,
        cast(null as varchar) as claim_family_id,
        remittance_id,
        provider_adjustment_id,
        money(excess_amount) as amount,
        concat_ws(' ', 'check', trace_number, 'of', payment_date) || ' collects ' || dollars(amount)
        || if(
            origin_trace_number is null, ' that no check on file had moved forward',
            ' of the balance of check ' || origin_trace_number || ', ' || dollars(excess_amount)
            || ' more than was still open'
        ) as explanation,
    from taken
)

select * from forward_balance_taken_twice
