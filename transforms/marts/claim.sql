-- grain: one row per claim (CLM) of a landed 837 professional, institutional or dental
-- order: claim_id
-- stored: no
-- claim_id: stable id of the claim: its transaction's content and its segment number
-- claim_kind: P professional, I institutional, D dental
-- patient_control_number: CLM01 as sent: the provider's account number
-- total_charge_amount: CLM02
-- claim_frequency_code: CLM05-3: 1 original, 7 replacement, 8 void
-- original_reference_number: REF*F8: the payer's number of the claim that this one replaces or voids
-- payer_id: NM109 of loop 2010BB
-- payer_name: name in loop 2010BB
-- payer_responsibility_code: SBR01: P primary, S secondary, T tertiary
-- billing_npi: NPI of the billing provider (2010AA)
-- billing_tin: tax id of the billing provider (REF*EI or SY)
-- rendering_npi: NPI of the rendering provider
-- member_id: the subscriber's number at the payer (2010BA)
-- patient_last_name: last name of the patient
-- patient_first_name: first name of the patient
-- patient_birth_date: birth date of the patient
-- service_date_from: first day of service
-- service_date_to: last day of service
-- clearinghouse_number: REF*D9
-- submitted_on: BHT04, else the date of the interchange
-- transaction_id: the transaction set that holds the claim
with claim as (
    select
        claim_id,
        claim_kind,
        patient_control_number,
        total_charge_amount,
        claim_frequency_code,
        original_reference_number,
        payer_id,
        payer_name,
        payer_responsibility_code,
        billing_npi,
        billing_tin,
        rendering_npi,
        member_id,
        patient_last_name,
        patient_first_name,
        patient_birth_date,
        service_date_from,
        service_date_to,
        clearinghouse_number,
        submitted_on,
        transaction_id,
    from staging.claim
)

select * from claim
