-- grain: one row per recoupment that came before the day on which the payer may withhold
--
-- That is the day of the rules (Medicare: day 41), else the day after the letter is due. The payer may have been asked
-- to withhold at once: this is a question.
with allowed as (
    select
        claim_family_id,
        letter_date,
        coalesce(recoupable_day, due_day + 1) as first_day,
        if(recoupable_day is not null, 'by the rules', 'the letter being due on ' || due_day) as because,
    from ledger.letter_debt
    where coalesce(recoupable_day, due_day) is not null
),

taken_before_due as (
    select
        'taken_before_due' as kind,
        concat_ws('-', taking.claim_family_id, taking.provider_adjustment_id) as about,
        taking.claim_family_id,
        taking.remittance_id,
        taking.provider_adjustment_id,
        taking.amount,
        taking.words || ', ' || datediff('day', allowed.letter_date, taking.payment_date)
        || ' days after the letter of ' || allowed.letter_date || '; the first day to withhold is ' || allowed.first_day
        || ' (' || allowed.because || '): ask whether somebody had agreed to an earlier one' as explanation,
    from ledger.taking as taking
    join allowed using (claim_family_id)
    where taking.payment_date < allowed.first_day
)

select * from taken_before_due
