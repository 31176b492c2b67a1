-- grain: one row per leg of a refund that a payer acknowledges: the 72 and the WO that balances it
--
-- A refund by check moves no money in the 835: 72 negative stands beside WO of the same size. The WO is no recovery
-- from this check. Legs belong together by reference and amount, then by amount alone in the same remittance, then
-- where several WO on the reference of a 72 add up to it.
with leg as (
    select
        adjustment.provider_adjustment_id,
        adjustment.remittance_id,
        adjustment.reference_key,
        adjustment.adjustment_ordinal,
        adjustment.amount,
        kind.kind = 'refund' as is_refund,
    from staging.provider_adjustment as adjustment
    join codes.plb_kind as kind
        on kind.code = adjustment.adjustment_reason_code
        and kind.sign = if(adjustment.amount < 0, 'negative', 'positive')
    where kind.kind = 'refund' or adjustment.adjustment_reason_code = 'WO'
),

counted as (
    select
        *,
        row_number() over (
            partition by remittance_id, reference_key, amount, is_refund order by adjustment_ordinal
        ) as place,
    from leg
),

by_reference as (
    select refund.provider_adjustment_id as refund_id, contra.provider_adjustment_id as contra_id
    from counted as refund
    join counted as contra
        on contra.remittance_id = refund.remittance_id
        and contra.reference_key is not distinct from refund.reference_key
        and contra.amount = -refund.amount
        and contra.place = refund.place
        and not contra.is_refund
    where refund.is_refund
),

left_over as (
    select leg.*
    from leg
    anti join by_reference as paired_refund on paired_refund.refund_id = leg.provider_adjustment_id
    anti join by_reference as paired_contra on paired_contra.contra_id = leg.provider_adjustment_id
),

recounted as (
    select
        *,
        row_number() over (partition by remittance_id, amount, is_refund order by adjustment_ordinal) as place,
    from left_over
),

by_amount as (
    select refund.provider_adjustment_id as refund_id, contra.provider_adjustment_id as contra_id
    from recounted as refund
    join recounted as contra
        on contra.remittance_id = refund.remittance_id
        and contra.amount = -refund.amount
        and contra.place = refund.place
        and not contra.is_refund
    where refund.is_refund
),

still_over as (
    select left_over.*
    from left_over
    anti join by_amount as paired_refund on paired_refund.refund_id = left_over.provider_adjustment_id
    anti join by_amount as paired_contra on paired_contra.contra_id = left_over.provider_adjustment_id
    where left_over.reference_key is not null
),

by_sum as (
    select
        min(provider_adjustment_id) filter (where is_refund) as refund_id,
        unnest(list(provider_adjustment_id order by adjustment_ordinal) filter (where not is_refund)) as contra_id,
    from still_over
    group by remittance_id, reference_key
    having sum(amount) = 0 and count(*) filter (where is_refund) = 1
),

pair as (
    from by_reference
    union all
    from by_amount
    union all
    from by_sum
),

refund_pair as (
    select refund_id as provider_adjustment_id, refund_id, 'refund' as leg
    from pair
    group by refund_id
    union all
    select contra_id, refund_id, 'refund_contra'
    from pair
)

select * from refund_pair
