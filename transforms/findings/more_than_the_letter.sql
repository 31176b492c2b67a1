-- grain: one row per claim family that was lowered by more than its letters ask for
--
-- Where nothing was reversed the letters say what is owed, and what is taken beyond is a finding of another kind.
with more_than_the_letter as (
    select
        'more_than_the_letter' as kind,
        overpayment.claim_family_id as about,
        overpayment.claim_family_id,
        cast(null as varchar) as remittance_id,
        cast(null as varchar) as provider_adjustment_id,
        money(overpayment.identified_amount - letter.amount) as amount,
        'the letter of ' || letter.letter_date || ' asks back ' || dollars(letter.amount) || ' for ' || name.family_name
        || ', but it was lowered by ' || dollars(overpayment.identified_amount) as explanation,
    from ledger.overpayment as overpayment
    join ledger.letter_debt as letter using (claim_family_id)
    join ledger.family_name as name using (claim_family_id)
    where overpayment.identified_amount > letter.amount and overpayment.state <> 'claim_back'
)

select * from more_than_the_letter
