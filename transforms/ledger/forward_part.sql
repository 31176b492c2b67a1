-- grain: one row per forward balance (FB pair) and taking that a part of it stands for
-- amount: part of the balance, positive
--
-- A chain of balances is a queue: what a remittance could not pay for enters it, what checks bring pays for the oldest
-- first. So what goes out is the end of the queue, and what comes in is its beginning. That is a rule of ours: an 835
-- does not say it. What the queue does not hold was sent before the first remittance on file, or by nobody. A balance
-- of nothing, which no guide allows, has no parts.
with entered as (
    select chain_id, remittance_number, max(to_amount) as to_amount
    from ledger.forward_piece
    group by all
),

placed as (
    select
        *,
        sum(if(direction = 'out', -amount, 0)) over (
            partition by chain_id, remittance_number order by provider_adjustment_number
            rows between 1 following and unbounded following
        ) as sent_after,
    from ledger.forward_balance
),

span as (
    select
        placed.provider_adjustment_id,
        placed.chain_id,
        placed.remittance_number,
        placed.direction,
        abs(placed.amount) as amount,
        if(
            placed.direction = 'out',
            coalesce(entered.to_amount, 0) - coalesce(placed.sent_after, 0) + placed.amount,
            coalesce(entered.to_amount, 0) - placed.balance_after - placed.amount
        ) as from_amount,
    from placed
    asof left join entered
        on entered.chain_id = placed.chain_id
        and placed.remittance_number - if(placed.direction = 'in', 1, 0) >= entered.remittance_number
    where placed.amount <> 0
),

known as (
    select
        span.provider_adjustment_id,
        piece.source_kind,
        piece.claim_family_id,
        piece.source_adjustment_id,
        if(piece.source_kind <> 'not_on_file', piece.remittance_number, null) as source_remittance_number,
        piece.from_amount as place,
        least(span.from_amount + span.amount, piece.to_amount) - greatest(span.from_amount, piece.from_amount)
            as amount,
    from span
    join ledger.forward_piece as piece
        on piece.chain_id = span.chain_id
        and piece.remittance_number <= span.remittance_number - if(span.direction = 'in', 1, 0)
        and piece.from_amount < span.from_amount + span.amount
        and piece.to_amount > span.from_amount
),

unknown as (
    select
        span.provider_adjustment_id,
        'not_on_file' as source_kind,
        cast(null as varchar) as claim_family_id,
        cast(null as varchar) as source_adjustment_id,
        cast(null as bigint) as source_remittance_number,
        if(span.direction = 'in', span.from_amount + span.amount, -1) as place,
        span.amount - coalesce(sum(known.amount), 0) as amount,
    from span
    left join known using (provider_adjustment_id)
    group by span.provider_adjustment_id, span.direction, span.from_amount, span.amount
    having span.amount <> coalesce(sum(known.amount), 0)
),

part as (
    from known
    union all
    from unknown
)

select
    * exclude (place) replace (money(amount) as amount),
    row_number() over (
        partition by provider_adjustment_id order by place, source_kind, claim_family_id nulls last
    ) as part_ordinal,
from part
