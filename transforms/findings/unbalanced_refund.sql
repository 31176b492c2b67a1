-- grain: one row per acknowledged refund (72, B3) whose two legs do not cancel out
--
-- A refund by check moves no money in the 835: where the WO beside the 72 is missing or smaller, the check paid the
-- refund out again, and somebody will ask for it.
with legs as (
    select
        kind.remittance_id,
        coalesce(pair.refund_id, kind.provider_adjustment_id) as provider_adjustment_id,
        money(-coalesce(sum(kind.amount) filter (where kind.kind = 'refund'), 0)) as refund_amount,
        money(coalesce(sum(kind.amount) filter (where kind.kind = 'refund_contra'), 0)) as contra_amount,
    from matching.kind as kind
    left join takebacks.refund_pair as pair using (provider_adjustment_id)
    where kind.kind in ('refund', 'refund_contra')
    group by all
),

unbalanced_refund as (
    select
        'unbalanced_refund' as kind,
        legs.provider_adjustment_id as about,
        cast(null as varchar) as claim_family_id,
        legs.remittance_id,
        legs.provider_adjustment_id,
        money(abs(legs.refund_amount - legs.contra_amount)) as amount,
        concat_ws(' ', 'check', adjustment.trace_number, 'of', adjustment.payment_date, 'acknowledges a refund of')
        || ' ' || dollars(legs.refund_amount) || coalesce(' (reference ' || adjustment.reference_id || ')', '')
        || ' by ' || adjustment.adjustment_reason_code || ', but the WO that should cancel it is '
        || if(legs.contra_amount = 0, 'missing', 'of ' || dollars(legs.contra_amount)) as explanation,
    from legs
    join staging.provider_adjustment as adjustment using (provider_adjustment_id)
    where legs.refund_amount <> legs.contra_amount
)

select * from unbalanced_refund
