-- grain: one row per forward balance (FB pair) with the remittance that its money comes from
-- is_origin_named: whether its own reference names a balance or a check on file
--
-- Money that goes out comes from its own remittance, whatever the reference: some payers keep the first trace number
-- over a whole chain, others write a claim or check number. Money that comes in was sent out by the last FB under the
-- same reference; else by the last one of exactly this amount since the remittance whose trace number the reference is
-- (a payer may name a whole chain after its first trace); else by that remittance, or the last that sent any, if
-- something is still open: one open balance is intended.
with forward as (
    select *, kind = 'forward_out' as is_out
    from matching.kind
    where kind in ('forward_out', 'forward_in')
),

sent as (
    select
        relation_number,
        remittance_number,
        reference_key,
        -amount as amount,
        provider_adjustment_number,
        trace_number as origin_trace_number,
        remittance_number as origin_remittance_number,
    from forward
    where is_out
),

trace as (
    select
        relation_number,
        normalised(trace_number) as trace_key,
        arg_min(trace_number, remittance_number) as trace_number,
        min(remittance_number) as remittance_number,
    from staging.remittance
    where normalised(trace_number) is not null
    group by all
),

received as (
    select *
    from forward
    where not is_out
),

by_reference as (
    select received.provider_adjustment_id, sent.origin_trace_number, sent.origin_remittance_number
    from received
    join sent
        on sent.relation_number = received.relation_number
        and sent.reference_key = received.reference_key
        and sent.remittance_number < received.remittance_number
    qualify row_number() over (
        partition by received.provider_adjustment_id order by sent.provider_adjustment_number desc
    ) = 1
),

by_amount as (
    select received.provider_adjustment_id, sent.origin_trace_number, sent.origin_remittance_number
    from received
    join sent
        on sent.relation_number = received.relation_number
        and sent.amount = received.amount
        and sent.remittance_number < received.remittance_number
    left join trace
        on trace.relation_number = received.relation_number
        and trace.trace_key = received.reference_key
        and trace.remittance_number < received.remittance_number
    where sent.remittance_number >= coalesce(trace.remittance_number, 0)
    qualify row_number() over (
        partition by received.provider_adjustment_id order by sent.provider_adjustment_number desc
    ) = 1
),

last_sent as (
    select
        relation_number,
        remittance_number,
        arg_max(origin_trace_number, provider_adjustment_number) as origin_trace_number,
        arg_max(origin_remittance_number, provider_adjustment_number) as origin_remittance_number,
    from sent
    group by all
),

summed as (
    select
        *,
        -sum(amount) over (
            partition by relation_number order by remittance_number, is_out, provider_adjustment_number
        ) as sum_after,
    from forward
),

-- What a relation owes before a pair; what was collected beyond it leaves nothing owed, and no debt to the payer.
still_open as (
    select
        provider_adjustment_id,
        sum_after + amount - least(0, coalesce(min(sum_after) over (
            partition by relation_number order by remittance_number, is_out, provider_adjustment_number
            rows between unbounded preceding and 1 preceding
        ), 0)) as amount,
    from summed
),

by_time as (
    select received.provider_adjustment_id, last_sent.origin_trace_number, last_sent.origin_remittance_number
    from received
    semi join (
        from still_open where amount > 0
    ) as still_open using (provider_adjustment_id)
    asof join last_sent
        on last_sent.relation_number = received.relation_number
        and last_sent.remittance_number < received.remittance_number
)

select
    forward.*,
    case
        when forward.is_out then forward.trace_number
        else coalesce(
            by_reference.origin_trace_number, by_amount.origin_trace_number, trace.trace_number,
            by_time.origin_trace_number
        )
    end as origin_trace_number,
    case
        when forward.is_out then forward.remittance_number
        else coalesce(
            by_reference.origin_remittance_number, by_amount.origin_remittance_number, trace.remittance_number,
            by_time.origin_remittance_number
        )
    end as origin_remittance_number,
    forward.is_out or by_reference.provider_adjustment_id is not null or trace.trace_key is not null as is_origin_named,
from forward
left join by_reference using (provider_adjustment_id)
left join trace
    on trace.relation_number = forward.relation_number
    and trace.trace_key = forward.reference_key
    and trace.remittance_number < forward.remittance_number
left join by_amount using (provider_adjustment_id)
left join by_time using (provider_adjustment_id)
