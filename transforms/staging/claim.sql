-- grain: one row per 837 claim (CLM) of a landed transaction
--
-- claim_number gives claims an order that does not depend on arrival: that in which they were sent. billing_key names
-- the biller as payee_key does the payee of a remittance; a claim without any biller is nobody else's.
with sent as (
    select transaction_key, transaction_number
    from staging.appearance
    where transaction_set_code = '837'
),

reference as (
    select
        place_number(sent.transaction_number, reference.claim_segment) as claim_number,
        arg_min(reference.reference_identification, reference.segment_number)
            filter (where reference.reference_identification_qualifier = 'F8') as original_reference_number,
        arg_min(reference.reference_identification, reference.segment_number)
            filter (where reference.reference_identification_qualifier = 'EA') as medical_record_number,
        arg_min(reference.reference_identification, reference.segment_number)
            filter (where reference.reference_identification_qualifier = 'D9') as clearinghouse_number,
    from lake.reference as reference
    join sent using (transaction_key)
    where reference.claim_segment > 0 and reference.line_segment = 0 and reference.other_segment = 0
    group by all
),

period as (
    select
        place_number(sent.transaction_number, date.claim_segment) as claim_number,
        min(date.date_from)
            filter (where date.line_segment = 0 and date.date_time_qualifier in ('434', '472')) as claim_from,
        max(date.date_to)
            filter (where date.line_segment = 0 and date.date_time_qualifier in ('434', '472')) as claim_to,
        min(date.date_from) filter (where date.line_segment > 0 and date.date_time_qualifier = '472') as line_from,
        max(date.date_to) filter (where date.line_segment > 0 and date.date_time_qualifier = '472') as line_to,
    from lake.date as date
    join sent using (transaction_key)
    where date.claim_segment > 0 and date.other_segment = 0 and date.date_time_qualifier in ('434', '472')
    group by all
),

subscriber as (
    select
        place_number(sent.transaction_number, subscriber.hl_segment) as subscriber_number,
        arg_min(
            subscriber.payer_responsibility_sequence_number_code, subscriber.segment_number
        ) as payer_responsibility_code,
    from lake.subscriber as subscriber
    join sent using (transaction_key)
    where subscriber.claim_segment = 0
    group by all
),

claim as (
    select
        place_id(claim.transaction_id, claim.segment_number) as claim_id,
        claim.claim_number,
        claim.transaction_id,
        claim.segment_number,
        claim.claim_kind,
        claim.submitted_on,
        claim.patient_control_number,
        money(claim.total_charge_amount) as total_charge_amount,
        claim.claim_frequency_code,
        subscriber.payer_responsibility_code,
        reference.original_reference_number,
        reference.medical_record_number,
        reference.clearinghouse_number,
        claim.payer_id,
        claim.payer_name,
        claim.billing_name,
        claim.billing_npi,
        claim.billing_tin,
        coalesce(
            normalised(claim.billing_tin), normalised(claim.billing_npi),
            place_id(claim.transaction_id, claim.segment_number)
        ) as billing_key,
        claim.rendering_npi,
        claim.member_id,
        claim.patient_last_name,
        claim.patient_first_name,
        claim.patient_birth_date,
        coalesce(period.claim_from, period.line_from) as service_date_from,
        coalesce(period.claim_to, period.line_to, period.claim_from, period.line_from) as service_date_to,
        normalised(claim.patient_control_number) as account_key,
        normalised(claim.member_id) as member_key,
        normalised(claim.payer_id) as payer_key,
        normalised(reference.original_reference_number) as original_control_key,
    from staging.claim_party as claim
    left join reference using (claim_number)
    left join period using (claim_number)
    left join subscriber using (subscriber_number)
)

select * from claim
