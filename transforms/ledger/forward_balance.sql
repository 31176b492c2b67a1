-- grain: one row per forward balance (FB pair) in its chain
with chained as (
    select
        forward.provider_adjustment_id,
        forward.provider_adjustment_number,
        forward.remittance_id,
        if(forward.is_out, 'out', 'in') as direction,
        forward.amount,
        forward.origin_trace_number,
        'chain-' || coalesce(first_remittance.remittance_id, forward.provider_adjustment_id) as chain_id,
    from ledger.forward_origin as forward
    left join ledger.forward_chain as chain using (origin_remittance_number)
    left join staging.remittance as first_remittance
        on first_remittance.remittance_number = chain.first_remittance_number
),

-- Within a remittance the old balance comes in before the new one goes out.
balanced as (
    select
        *,
        money(-sum(amount) over (
            partition by chain_id order by remittance_number, direction, provider_adjustment_number
        )) as balance_after,
    from chained
    join (select remittance_id, remittance_number from staging.remittance) using (remittance_id)
)

select * from balanced
