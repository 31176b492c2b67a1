-- grain: one row per collection or refund and claim family that the number of a check and an amount single out together
--
-- The reference names the check that paid the claim, not the claim. The only claim of that check names itself; of
-- several the one that owed exactly this amount, else all that owed, where they make the amount, else the only one that
-- owed this amount less some interest, else, where none owed anything, the one whose whole payment it is.
with named as (
    select
        undecided.provider_adjustment_id,
        undecided.amount,
        undecided.size,
        check_number.* exclude (provider_adjustment_id),
        count(*) over one as families,
        count(*) filter (where check_number.open_amount <> 0) over one as debts,
        count(*) filter (where check_number.open_amount = undecided.size) over one as debts_of_size,
        check_number.open_amount > 0 and undecided.size > check_number.open_amount
            and within_interest(undecided.size - check_number.open_amount, check_number.open_amount)
            as may_bear_interest,
        count(*) filter (where may_bear_interest) over one as debts_below,
        count(*) filter (where check_number.paid_amount = undecided.size) over one as payments_of_size,
        sum(greatest(check_number.open_amount, 0)) over one as owed_amount,
    from matching.undecided as undecided
    join matching.check_number as check_number using (provider_adjustment_id)
    window one as (partition by undecided.provider_adjustment_id)
),

reasoned as (
    select
        *,
        debts_of_size <> 1 and families > 1 and debts > 1 and owed_amount = size and open_amount > 0 as is_share,
        case
            when debts_of_size = 1 and open_amount = size then 'owed exactly this'
            when families = 1 and within_interest(size - paid_amount, paid_amount) then 'is the only one it paid'
            when is_share then 'owed a part of it, and all of them this'
            when debts_of_size = 0 and debts_below = 1 and may_bear_interest then 'alone owed this less its interest'
            when debts = 0 and payments_of_size = 1 and paid_amount = size then 'alone was paid exactly this'
        end as why,
    from named
),

decided as (
    select
        provider_adjustment_id,
        claim_family_id,
        claim_payment_id,
        money(if(is_share, sign(amount) * open_amount, amount)) as amount,
        'check_number_and_amount' as rule,
        cast(if(size <> open_amount and families > 1 and not is_share, 0.85, 0.9) as decimal(3, 2)) as confidence,
        'reference = trace number of the check that paid this claim, which ' || why as evidence,
    from reasoned
    where why is not null
)

select * from decided
