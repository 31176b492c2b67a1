-- grain: one row per letter or claim that a check of the provider's pays back, with what the payer has acknowledged
--
-- A payer acknowledges by 72 (or its like), from the day of the check on: under the check's or the letter's number, or
-- on the claim that the check is for. What several checks of a claim wait for is laid over them, the oldest first.
with acknowledgement as (
    select refund.refund_id, kind.provider_adjustment_id, kind.payment_date, -kind.amount as amount
    from staging.refund as refund
    join takebacks.named_relation as related on related.row_id = refund.refund_id
    join matching.kind as kind
        on kind.relation_number = related.relation_number
        and kind.kind = 'refund'
        and kind.payment_date >= refund.check_date
    join takebacks.reference_token as token
        on token.provider_adjustment_id = kind.provider_adjustment_id
        and token.token in (normalised(refund.check_number), refund.letter_key)
        and (token.layout = 'whole' or token.size >= 6)
    group by all
    union
    select claim.refund_id, kind.provider_adjustment_id, kind.payment_date, -sum(decision.amount)
    from takebacks.refund_claim as claim
    join staging.refund as refund using (refund_id)
    join matching.decision as decision using (claim_family_id)
    join matching.kind as kind
        on kind.provider_adjustment_id = decision.provider_adjustment_id
        and kind.kind = 'refund'
        and kind.payment_date >= refund.check_date
    group by claim.refund_id, kind.provider_adjustment_id, kind.payment_date
),

acknowledged as (
    select refund_id, sum(amount) as amount, min(payment_date) as payment_date
    from (
        select refund_id, provider_adjustment_id, payment_date, max(amount) as amount
        from acknowledgement
        group by all
    )
    group by all
),

debt as (
    select refund_id, arg_min(claim_family_id, claim_family_id) as claim_family_id, count(*) as families
    from takebacks.refund_claim
    group by all
),

placed as (
    select
        refund.*,
        sheet.relation_number,
        if(debt.families = 1, debt.claim_family_id, null) as claim_family_id,
        coalesce(acknowledged.amount, 0) as all_amount,
        acknowledged.payment_date as acknowledged_day,
        sum(refund.amount) over (
            partition by
                sheet.relation_number, refund.payer_key,
                coalesce(refund.control_key, refund.account_key, refund.letter_key, refund.refund_id)
            order by refund.check_date, refund.refund_id
        ) as to_amount,
    from takebacks.sheet_relation as sheet
    join staging.refund as refund on refund.refund_id = sheet.row_id
    left join debt using (refund_id)
    left join acknowledged using (refund_id)
)

select
    * exclude (all_amount, to_amount),
    money(greatest(0, least(amount, all_amount - (to_amount - amount)))) as acknowledged_amount,
from placed
