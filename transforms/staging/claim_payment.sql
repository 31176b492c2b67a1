-- grain: one row per claim payment (CLP) of a landed remittance
--
-- A reversal is known by its negative money: some payers leave out status 22 on it, others put 22 on the correction
-- too.
--
-- Ordinals are counted before the columns are gathered: sorting narrow rows costs a third of sorting wide ones.
with ordinal as (
    select
        place_number(remittance.remittance_number, payment.segment_number) as claim_payment_number,
        row_number() over (
            partition by remittance.remittance_number order by payment.segment_number
        ) as claim_ordinal,
    from lake.claim_payment as payment
    join staging.remittance as remittance using (transaction_key)
),

claim_payment as (
    select
        place_id(remittance.remittance_id, payment.segment_number) as claim_payment_id,
        payment.claim_payment_number,
        remittance.remittance_id,
        remittance.remittance_number,
        remittance.relation_number,
        remittance.payment_date,
        remittance.trace_number,
        ordinal.claim_ordinal,
        payment.segment_number,
        payment.patient_control_number,
        payment.payer_claim_control_number,
        payment.original_reference_number,
        payment.claim_status_code,
        payment.claim_filing_indicator_code,
        payment.claim_frequency_code,
        money(payment.charge_amount) as charge_amount,
        money(payment.paid_amount) as paid_amount,
        cast(payment.patient_responsibility_amount as decimal(18, 2)) as patient_responsibility_amount,
        payment.interest_amount,
        payment.service_date_from,
        payment.service_date_to,
        party.patient_last_name,
        party.patient_first_name,
        coalesce(party.insured_member_id, party.patient_member_id) as member_id,
        party.corrected_member_id,
        party.rendering_npi,
        payment.medical_record_number,
        payment.remark_codes,
        normalised(payment.patient_control_number) as account_key,
        normalised(payment.payer_claim_control_number) as control_key,
        normalised(payment.original_reference_number) as original_control_key,
        normalised(coalesce(party.insured_member_id, party.patient_member_id)) as member_key,
        money(payment.charge_amount) < 0
        or money(payment.paid_amount) < 0
        or (
            coalesce(payment.claim_status_code, '') = '22'
            and money(payment.charge_amount) = 0
            and money(payment.paid_amount) = 0
        ) as is_reversal,
    from staging.claim_payment_detail as payment
    join staging.remittance as remittance using (transaction_key)
    join ordinal using (claim_payment_number)
    left join staging.claim_payment_party as party using (claim_payment_number)
)

select * from claim_payment
