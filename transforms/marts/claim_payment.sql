-- grain: one row per claim payment (CLP) of a remittance
-- order: remittance_id, claim_ordinal
-- stored: no
-- claim_payment_id: stable id: the remittance and the segment number of the CLP
-- remittance_id: remittance that holds it
-- trace_number: TRN02 of that remittance
-- claim_ordinal: place among the claim payments of the remittance, from 1
-- patient_control_number: CLP01 as sent
-- payer_claim_control_number: CLP07
-- original_reference_number: REF*F8: the payer's number of the earlier version
-- claim_status_code: CLP02
-- charge_amount: CLP03
-- paid_amount: CLP04
-- patient_responsibility_amount: CLP05
-- interest_amount: AMT*I
-- service_date_from: first day of service
-- service_date_to: last day of service
-- role: original, reversal (undoes a payment) or correction (replaces one)
-- reverses_claim_payment_id: of a reversal: the payment that it undoes; null if that is not on file
-- corrects_claim_payment_id: of a correction: the payment that it replaces, also one to another payee; null if that is
--     not on file
-- claim_id: the 837 claim that it answers; null where none is on file or several are as likely
-- claim_match_rule: what tied it to that claim
-- claim_family_id: shared by all versions of one claim at one payer
with claim_payment as (
    select
        claim_payment_id,
        remittance_id,
        trace_number,
        claim_ordinal,
        patient_control_number,
        payer_claim_control_number,
        original_reference_number,
        claim_status_code,
        charge_amount,
        paid_amount,
        patient_responsibility_amount,
        interest_amount,
        service_date_from,
        service_date_to,
        if(elsewhere.claim_payment_id is null, payment.role, 'correction') as role,
        reverses_claim_payment_id,
        coalesce(elsewhere.corrects_claim_payment_id, payment.corrects_claim_payment_id) as corrects_claim_payment_id,
        claim_id,
        claim_match_rule,
        claim_family_id,
    from takebacks.claim_payment as payment
    left join takebacks.correction_elsewhere as elsewhere using (claim_payment_id)
)

select * from claim_payment
