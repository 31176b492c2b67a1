-- grain: one row per claim payment (CLP) of a landed remittance
--
-- claim_payment_number is its place in the order of payments: remittance_number, then place in the remittance.
-- "Before" and "after" everywhere mean this number.
--
-- A reversal is known by its negative money: some payers leave out status 22 on it, others put 22 on the correction
-- too.
--
-- Numbers are given before the columns are gathered: sorting narrow rows costs a third of sorting wide ones.
with numbered as (
    select
        payment.transaction_key,
        payment.segment_number,
        row_number() over (order by remittance.remittance_number, payment.segment_number) as claim_payment_number,
    from lake.claim_payment as payment
    join staging.remittance as remittance using (transaction_key)
),

first_number as (
    select transaction_key, min(claim_payment_number) as claim_payment_number
    from numbered
    group by all
),

claim_payment as (
    select
        place_id(remittance.remittance_id, payment.segment_number) as claim_payment_id,
        numbered.claim_payment_number,
        remittance.remittance_id,
        remittance.remittance_number,
        remittance.relation_number,
        remittance.payment_date,
        remittance.trace_number,
        numbered.claim_payment_number - first_number.claim_payment_number + 1 as claim_ordinal,
        payment.transaction_key,
        payment.segment_number,
        payment.patient_control_number,
        payment.payer_claim_control_number,
        detail.original_reference_number,
        payment.claim_status_code,
        payment.claim_filing_indicator_code,
        payment.claim_frequency_code,
        money(payment.charge_amount) as charge_amount,
        money(payment.paid_amount) as paid_amount,
        cast(payment.patient_responsibility_amount as decimal(18, 2)) as patient_responsibility_amount,
        detail.interest_amount,
        detail.service_date_from,
        detail.service_date_to,
        party.patient_last_name,
        party.patient_first_name,
        coalesce(party.insured_member_id, party.patient_member_id) as member_id,
        party.corrected_member_id,
        party.rendering_npi,
        detail.medical_record_number,
        detail.remark_codes,
        normalised(payment.patient_control_number) as account_key,
        normalised(payment.payer_claim_control_number) as control_key,
        normalised(detail.original_reference_number) as original_control_key,
        normalised(coalesce(party.insured_member_id, party.patient_member_id)) as member_key,
        money(payment.charge_amount) < 0
        or money(payment.paid_amount) < 0
        or (
            coalesce(payment.claim_status_code, '') = '22'
            and money(payment.charge_amount) = 0
            and money(payment.paid_amount) = 0
        ) as is_reversal,
    from lake.claim_payment as payment
    join staging.remittance as remittance using (transaction_key)
    join numbered using (transaction_key, segment_number)
    join first_number using (transaction_key)
    left join staging.claim_payment_party as party
        on party.transaction_key = payment.transaction_key and party.claim_segment = payment.segment_number
    left join staging.claim_payment_detail as detail
        on detail.transaction_key = payment.transaction_key and detail.claim_segment = payment.segment_number
)

select * from claim_payment
