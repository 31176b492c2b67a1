-- grain: one row per collection or refund, and the one claim among those its reference may name that owed it
--
-- Among the families that an account number, or a number used again, names, the one that owes exactly this amount is
-- meant, or the one whose debt was delayed under the very same reference. Where the number is nobody's, but a day of
-- service stands beside it, the one claim of that day that owed exactly this amount. The number comes before the day;
-- a member's number and a day that single out two different claims single out none.
with reference_day as (
    select token.provider_adjustment_id, one.day
    from takebacks.reference_token as token
    cross join unnest(token.service_dates) as one(day)
    group by all
),

family_day as (
    select claim_family_id, service_date_from
    from takebacks.claim_payment
    group by all
),

-- What the claims that a reference may name owed when the money was taken.
named_debt as (
    select
        undecided.*,
        debt.claim_family_id,
        debt.claim_payment_id,
        debt.open_amount,
    from matching.undecided as undecided
    join matching.candidate as candidate using (provider_adjustment_id)
    join matching.debt_balance as debt
        on debt.claim_family_id = candidate.claim_family_id
        and debt.from_number < undecided.provider_adjustment_number
        and debt.until_number >= undecided.provider_adjustment_number
),

among_named as (
    select provider_adjustment_id, amount, size, claim_family_id, claim_payment_id
    from named_debt
    where open_amount = size
    qualify count(*) over (partition by provider_adjustment_id) = 1
),

-- A debt that was delayed under the very same reference.
among_delayed as (
    select
        named_debt.provider_adjustment_id,
        named_debt.amount,
        named_debt.size,
        named_debt.claim_family_id,
        named_debt.claim_payment_id,
    from named_debt
    anti join among_named using (provider_adjustment_id)
    semi join matching.receivable as opening
        on opening.relation_number = named_debt.relation_number
        and opening.reference_key = named_debt.reference_key
        and opening.claim_family_id = named_debt.claim_family_id
        and opening.provider_adjustment_number < named_debt.provider_adjustment_number
    where
        named_debt.open_amount > 0
        and within_interest(named_debt.size - named_debt.open_amount, named_debt.open_amount)
    qualify count(*) over (partition by named_debt.provider_adjustment_id) = 1
),

-- A number that nobody knows beside the day of service: the one claim of that day that owed exactly this.
among_dated as (
    select
        undecided.provider_adjustment_id,
        undecided.amount,
        undecided.size,
        debt.claim_family_id,
        debt.claim_payment_id,
    from matching.undecided as undecided
    anti join matching.check_number as check_number using (provider_adjustment_id)
    anti join matching.candidate as candidate
        on candidate.provider_adjustment_id = undecided.provider_adjustment_id and candidate.strength >= 2
    join matching.debt_balance as debt
        on debt.relation_number = undecided.relation_number
        and debt.open_amount = undecided.size
        and debt.from_number < undecided.provider_adjustment_number
        and debt.until_number >= undecided.provider_adjustment_number
    join reference_day using (provider_adjustment_id)
    join family_day
        on family_day.claim_family_id = debt.claim_family_id and family_day.service_date_from = reference_day.day
    qualify count(*) over (partition by undecided.provider_adjustment_id) = 1
),

decided as (
    select
        provider_adjustment_id,
        claim_family_id,
        claim_payment_id,
        amount,
        'patient_control_number_and_debt' as rule,
        cast(0.93 as decimal(3, 2)) as confidence,
        'of the claims that the reference may name only this one owed exactly ' || dollars(size) as evidence,
    from among_named
    union all
    select
        provider_adjustment_id,
        claim_family_id,
        claim_payment_id,
        amount,
        'number_of_a_delay_and_debt',
        cast(0.9 as decimal(3, 2)),
        'of the claims that the reference may name only this one''s debt was delayed under it, and is open',
    from among_delayed
    union all
    select
        provider_adjustment_id,
        claim_family_id,
        claim_payment_id,
        amount,
        'service_date_and_debt',
        cast(0.85 as decimal(3, 2)),
        'date in the reference = service date of the only claim that owed exactly ' || dollars(size),
    from among_dated
)

select *
from decided
qualify
    confidence = max(confidence) over (partition by provider_adjustment_id)
    and min(claim_family_id) over (partition by provider_adjustment_id)
        = max(claim_family_id) over (partition by provider_adjustment_id)
