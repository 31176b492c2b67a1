-- grain: one row per claim family that was asked back for, of whose payer a limit in time is known
-- paid_day: of the last payment before the payer asked; asked_day: of the first letter, reversal or recoupment
-- limit_day: last day to ask
with asked as (
    select claim_family_id, min(day) as asked_day
    from (
        select claim_family_id, letter_date as day from ledger.letter_debt
        union all
        select claim_family_id, payment_date from ledger.cycle where change_amount < 0
        union all
        select claim_family_id, payment_date from ledger.claim_movement where kind in ('recoupment', 'deferral')
    )
    group by all
),

paid as (
    select asked.claim_family_id, asked.asked_day, max(payment.payment_date) as paid_day
    from asked
    join takebacks.claim_payment as payment using (claim_family_id)
    where payment.role <> 'reversal' and payment.paid_amount > 0 and payment.payment_date < asked.asked_day
    group by all
),

time_limit as (
    select
        paid.*,
        day_after(paid.paid_day, rule.limit_count, rule.limit_unit) as limit_day,
        rule.limit_count || ' ' || rule.limit_unit as limit_length,
        rule.limit_words,
        rule.claim_filing_indicator_code,
    from paid
    join ledger.family_rule as rule using (claim_family_id)
    where rule.limit_count is not null
)

select * from time_limit
