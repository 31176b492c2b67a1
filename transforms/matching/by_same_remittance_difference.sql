-- grain: one row per negative provider adjustment and claim family that it holds harmless in the same remittance
--
-- A payer that reverses now and collects later cancels the difference by a negative WO (some: FB, CS or C5) in the same
-- remittance. The amount proves it only together with the place: one family there was lowered by exactly this amount
-- and one adjustment there gives exactly this amount, or one adjustment gives the sum of all that were lowered. As many
-- equal adjustments as claims lowered by as much are exact as a set: where no number tells them apart, the first gives
-- to the first.
with giving as (
    select
        adjustment.provider_adjustment_id,
        adjustment.provider_adjustment_number,
        adjustment.remittance_id,
        coalesce(adjustment.reference_key, '') as reference_key,
        adjustment.amount,
    from staging.provider_adjustment as adjustment
    join codes.plb_kind as kind
        on kind.code = adjustment.adjustment_reason_code and kind.sign = 'negative'
    anti join takebacks.refund_pair as pair using (provider_adjustment_id)
    where adjustment.amount < 0 and kind.names_claims <> 'no' and kind.kind not in ('refund', 'excess_refund')
),

lowered as (
    select
        difference.*,
        count(*) over (partition by remittance_id, amount) as equals,
        row_number() over (partition by remittance_id, amount order by first_claim_payment_number) as place,
        sum(amount) over (partition by remittance_id) as total,
        count(*) over (partition by remittance_id) as families,
    from takebacks.difference as difference
    where amount < 0
),

counted as (
    select
        *,
        count(*) over (partition by remittance_id, amount) as equals,
        row_number() over (partition by remittance_id, amount order by provider_adjustment_number) as place,
        min(reference_key) over (partition by remittance_id, amount)
            = max(reference_key) over (partition by remittance_id, amount) as is_one_number,
        count(*) over (partition by remittance_id) as adjustments,
    from giving
),

by_amount as (
    select
        counted.provider_adjustment_id,
        lowered.claim_family_id,
        lowered.undone_claim_payment_id,
        lowered.amount,
        'same_remittance_difference' as rule,
        'amount ' || dollars(-counted.amount)
        || ' = what this remittance lowered one claim by, and no other' as evidence,
    from counted
    join lowered on lowered.remittance_id = counted.remittance_id and lowered.amount = counted.amount
    where counted.equals = 1 and lowered.equals = 1
),

in_order as (
    select
        counted.provider_adjustment_id,
        lowered.claim_family_id,
        lowered.undone_claim_payment_id,
        lowered.amount,
        'same_remittance_difference_in_order' as rule,
        'as many adjustments of ' || dollars(-counted.amount) || ' as claims that this remittance lowered by it ('
        || counted.equals || '), taken in order' as evidence,
    from counted
    join lowered
        on lowered.remittance_id = counted.remittance_id
        and lowered.amount = counted.amount
        and lowered.equals = counted.equals
        and lowered.place = counted.place
    where counted.equals > 1 and counted.is_one_number
),

by_sum as (
    select
        counted.provider_adjustment_id,
        lowered.claim_family_id,
        lowered.undone_claim_payment_id,
        lowered.amount,
        'same_remittance_sum_of_differences' as rule,
        'amount ' || dollars(-counted.amount) || ' = sum of all ' || lowered.families
        || ' claims that this remittance lowered' as evidence,
    from counted
    join lowered on lowered.remittance_id = counted.remittance_id and lowered.total = counted.amount
    where counted.adjustments = 1 and lowered.families > 1
),

by_same_remittance_difference as (
    from by_amount
    union all
    from in_order
    union all
    from by_sum
)

select * from by_same_remittance_difference
