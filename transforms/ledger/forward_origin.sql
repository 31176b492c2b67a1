-- grain: one row per forward balance (FB pair) with the remittance that its money comes from
--
-- By the guide both legs carry the TRN02 of the remittance whose total was negative. Where the reference is no trace
-- number of this payer and payee (some write a claim or check number), money that goes out comes from its own
-- remittance, and money that comes in from the last one that sent any out: only one open balance is intended.
with forward as (
    select *, kind = 'forward_out' as is_out
    from matching.kind
    where kind in ('forward_out', 'forward_in')
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

named as (
    select
        forward.*,
        trace.trace_number as named_trace_number,
        trace.remittance_number as named_remittance_number,
    from forward
    left join trace
        on trace.relation_number = forward.relation_number
        and trace.trace_key = forward.reference_key
        and trace.remittance_number <= forward.remittance_number
),

sent as (
    select
        *,
        coalesce(named_trace_number, trace_number) as origin_trace_number,
        coalesce(named_remittance_number, remittance_number) as origin_remittance_number,
    from named
    where is_out
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

received as (
    select
        named.*,
        coalesce(named.named_trace_number, last_sent.origin_trace_number) as origin_trace_number,
        coalesce(named.named_remittance_number, last_sent.origin_remittance_number) as origin_remittance_number,
    from named
    asof left join last_sent
        on last_sent.relation_number = named.relation_number
        and last_sent.remittance_number < named.remittance_number
    where not named.is_out
),

forward_origin as (
    from sent
    union all
    from received
)

select * exclude (named_trace_number, named_remittance_number)
from forward_origin
