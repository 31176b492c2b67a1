-- grain: one row per 837 claim (CLM) of a landed transaction
--
-- submitted_on is what the sender wrote (BHT04, else the interchange's date): a payment cannot answer a claim that was
-- not sent yet. claim_number gives claims an order that does not depend on arrival. billing_key names the biller as
-- payee_key does the payee of a remittance; a claim without any biller is nobody else's.
with reference as (
    select
        transaction_key,
        claim_segment,
        arg_min(reference_identification, segment_number)
            filter (where reference_identification_qualifier = 'F8') as original_reference_number,
        arg_min(reference_identification, segment_number)
            filter (where reference_identification_qualifier = 'EA') as medical_record_number,
        arg_min(reference_identification, segment_number)
            filter (where reference_identification_qualifier = 'D9') as clearinghouse_number,
    from lake.reference
    where claim_segment > 0 and line_segment = 0 and other_segment = 0
    group by all
),

period as (
    select
        transaction_key,
        claim_segment,
        min(date_from) filter (where line_segment = 0 and date_time_qualifier in ('434', '472')) as claim_from,
        max(date_to) filter (where line_segment = 0 and date_time_qualifier in ('434', '472')) as claim_to,
        min(date_from) filter (where line_segment > 0 and date_time_qualifier = '472') as line_from,
        max(date_to) filter (where line_segment > 0 and date_time_qualifier = '472') as line_to,
    from lake.date
    where claim_segment > 0 and other_segment = 0 and date_time_qualifier in ('434', '472')
    group by all
),

subscriber as (
    select
        transaction_key,
        hl_segment,
        arg_min(payer_responsibility_sequence_number_code, segment_number) as payer_responsibility_code,
    from lake.subscriber
    where claim_segment = 0
    group by all
),

header as (
    select transaction_key, min(transaction_set_creation_date) as submitted_on
    from lake.transaction_header
    group by all
),

-- Numbers are given before the columns are gathered: sorting narrow rows costs a third of sorting wide ones.
numbered as (
    select
        claim.transaction_key,
        claim.segment_number,
        row_number() over (
            order by header.submitted_on nulls first, appearance.transaction_id, claim.segment_number
        ) as claim_number,
    from lake.claim as claim
    join staging.appearance as appearance using (transaction_key)
    left join header using (transaction_key)
),

claim as (
    select
        place_id(appearance.transaction_id, claim.segment_number) as claim_id,
        numbered.claim_number,
        appearance.transaction_id,
        claim.transaction_key,
        claim.segment_number,
        appearance.claim_kind,
        header.submitted_on,
        claim.patient_control_number,
        money(claim.total_charge_amount) as total_charge_amount,
        claim.claim_frequency_code,
        subscriber.payer_responsibility_code,
        reference.original_reference_number,
        reference.medical_record_number,
        reference.clearinghouse_number,
        party.payer_id,
        party.payer_name,
        party.billing_name,
        party.billing_npi,
        party.billing_tin,
        coalesce(
            normalised(party.billing_tin), normalised(party.billing_npi),
            place_id(appearance.transaction_id, claim.segment_number)
        ) as billing_key,
        party.rendering_npi,
        party.member_id,
        party.patient_last_name,
        party.patient_first_name,
        party.patient_birth_date,
        coalesce(period.claim_from, period.line_from) as service_date_from,
        coalesce(period.claim_to, period.line_to, period.claim_from, period.line_from) as service_date_to,
        normalised(claim.patient_control_number) as account_key,
        normalised(party.member_id) as member_key,
        normalised(party.payer_id) as payer_key,
        normalised(reference.original_reference_number) as original_control_key,
    from lake.claim as claim
    join staging.appearance as appearance using (transaction_key)
    join numbered using (transaction_key, segment_number)
    left join staging.claim_party as party
        on party.transaction_key = claim.transaction_key and party.segment_number = claim.segment_number
    left join reference
        on reference.transaction_key = claim.transaction_key and reference.claim_segment = claim.segment_number
    left join period
        on period.transaction_key = claim.transaction_key and period.claim_segment = claim.segment_number
    left join subscriber
        on subscriber.transaction_key = claim.transaction_key and subscriber.hl_segment = claim.subscriber_segment
    left join header on header.transaction_key = claim.transaction_key
)

select * from claim
