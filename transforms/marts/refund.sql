-- grain: one row per letter or claim that a check of the provider's pays back, once however often it was delivered
-- order: check_date, refund_id
-- refund_id: stable id: the row's content
-- payer: payer as the row names it
-- payee: payee as the row names it
-- check_number: number of the check that was sent
-- check_date: date of the check
-- letter_number: letter that it answers
-- payer_claim_control_number: claim as the row names it
-- patient_control_number: account as the row names it
-- service_date: first day of service as the row names it
-- claim_family_id: the claim on file that it pays back; null where none, or several of one letter
-- amount: part of the check for this letter or claim
-- acknowledged_amount: what the payer has acknowledged of it since (72)
-- acknowledged_date: first day on which it did
select
    refund_id,
    payer,
    payee,
    check_number,
    check_date,
    letter_number,
    payer_claim_control_number,
    patient_control_number,
    service_date,
    claim_family_id,
    amount,
    acknowledged_amount,
    acknowledged_day as acknowledged_date,
from ledger.refund
