-- grain: one row per claim of a payer's letter, once however often it was delivered
-- order: letter_date, notice_id
-- notice_id: stable id: the row's content
-- payer: payer as the letter's row names it
-- payee: payee as the letter's row names it
-- letter_number: letter or receivable number; null where the letter has none
-- letter_level: first or second letter about the same money
-- letter_date: date of the letter
-- payer_claim_control_number: claim as the letter's row names it
-- patient_control_number: account as the letter's row names it
-- service_date: first day of service as the letter's row names it
-- claim_family_id: the claim on file that it means; null where none or several may be meant
-- amount: what the letter asks back for this claim
-- reason: why, in the words of the letter's row
-- due_date: day by which it is to be paid, by the letter or by the rules; null where neither says so
-- due_because: the letter, or the rules that say so
-- recoupable_date: first day on which the payer may withhold it, by the rules; null where none is known
-- appeal_deadline: last day of the first appeal, by the letter or by the rules
select
    notice_id,
    payer,
    payee,
    letter_number,
    letter_level,
    letter_date,
    payer_claim_control_number,
    patient_control_number,
    service_date,
    claim_family_id,
    amount,
    reason,
    due_day as due_date,
    due_because,
    recoupable_day as recoupable_date,
    appeal_day as appeal_deadline,
from ledger.notice
