-- grain: one row per recoupment of a claim that no letter on file asks money back for
--
-- It is asked only of a payer whose letters are on file, and of what it took since the first of them: where no letters
-- are kept, every takeback would be without one. A claim that was reversed in a remittance has been announced by it.
with first_letter as (
    select relation_number, min(letter_date) as letter_date
    from ledger.notice
    where relation_number is not null
    group by all
),

no_notice as (
    select
        'no_notice' as kind,
        concat_ws('-', taking.claim_family_id, taking.provider_adjustment_id) as about,
        taking.claim_family_id,
        taking.remittance_id,
        taking.provider_adjustment_id,
        taking.amount,
        taking.words || ', and no letter about it is on file, though letters of this payer are since '
        || first_letter.letter_date as explanation,
    from ledger.taking as taking
    join first_letter
        on first_letter.relation_number = taking.relation_number and first_letter.letter_date <= taking.payment_date
    anti join (
        from ledger.notice
    ) as notice on notice.claim_family_id = taking.claim_family_id and notice.letter_date <= taking.payment_date
    anti join (
        from ledger.cycle where change_amount < 0
    ) as announced
        on announced.claim_family_id = taking.claim_family_id and announced.payment_date <= taking.payment_date
)

select * from no_notice
