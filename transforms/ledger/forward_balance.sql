-- grain: one row per forward balance (FB pair) in its chain
-- balance_after: what the chain still owes; below 0: collected so much more than it owed
--
-- What is collected beyond what a chain owed came from elsewhere, or was taken twice: the chain owes nothing after it,
-- so that one missing check is one question, and later balances of the chain stand as they are.
with chained as (
    select
        forward.provider_adjustment_id,
        forward.provider_adjustment_number,
        forward.remittance_id,
        if(forward.is_out, 'out', 'in') as direction,
        forward.amount,
        forward.origin_trace_number,
        forward.is_origin_named,
        'chain-' || coalesce(first_remittance.remittance_id, forward.provider_adjustment_id) as chain_id,
    from ledger.forward_origin as forward
    left join ledger.forward_chain as chain using (origin_remittance_number)
    left join staging.remittance as first_remittance
        on first_remittance.remittance_number = chain.first_remittance_number
),

-- Within a remittance the old balance comes in before the new one goes out.
summed as (
    select
        *,
        -sum(amount) over (
            partition by chain_id order by remittance_number, direction, provider_adjustment_number
        ) as sum_after,
    from chained
    join (select remittance_id, remittance_number from staging.remittance) using (remittance_id)
),

balanced as (
    select
        * exclude (sum_after),
        money(sum_after - least(0, coalesce(min(sum_after) over (
            partition by chain_id order by remittance_number, direction, provider_adjustment_number
            rows between unbounded preceding and 1 preceding
        ), 0))) as balance_after,
    from summed
)

select * from balanced
