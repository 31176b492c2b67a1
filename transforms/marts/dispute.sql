-- grain: one row per dispute or appeal and claim that it is about, with the last that is known of it
-- order: filed_date, dispute_id, claim_family_id
-- dispute_id: stable id: what is disputed, at which level, filed when
-- payer: payer as the row names it
-- payee: payee as the row names it
-- letter_number: letter that is disputed
-- payer_claim_control_number: claim as the row names it
-- patient_control_number: account as the row names it
-- service_date: first day of service as the row names it
-- claim_family_id: claim on file that it is about; one row for each claim of a letter; null where none is on file
-- dispute_level: dispute, or the level of the appeal
-- filed_date: day on which it was filed
-- deadline: last day to file it, if known
-- outcome: open, won or lost
-- outcome_date: day of the outcome
-- amount: what was won, where it is not all
-- next_appeal_deadline: last day of the next appeal, by the rules; null where none is known
select
    dispute_id,
    payer,
    payee,
    letter_number,
    payer_claim_control_number,
    patient_control_number,
    service_date,
    claim_family_id,
    dispute_level,
    filed_date,
    deadline,
    outcome,
    outcome_date,
    amount,
    next_appeal_day as next_appeal_deadline,
from ledger.dispute
