-- grain: one row per 837 claim with the names around it
--
-- The patient is the subscriber unless a patient level (HL*23, loop 2010CA) stands between; the member number is always
-- the subscriber's.
with claim as (
    select claim.transaction_key, claim.segment_number, claim.billing_segment, claim.subscriber_segment,
        claim.patient_segment,
    from lake.claim as claim
    join staging.appearance as appearance using (transaction_key)
),

level_name as (
    select
        transaction_key,
        hl_segment,
        loop,
        arg_min(last_name_or_organization_name, segment_number) as last_name,
        arg_min(first_name, segment_number) as first_name,
        arg_min(identification_code_qualifier, segment_number) as qualifier,
        arg_min(nullif(trim(identification_code), ''), segment_number) as identifier,
        arg_min(birth_date, segment_number) as birth_date,
    from lake.name
    where claim_segment = 0 and loop in ('2010AA', '2010BA', '2010BB', '2010CA')
    group by all
),

level_reference as (
    select
        transaction_key,
        hl_segment,
        arg_min(reference_identification, segment_number) as tax_id,
    from lake.reference
    where claim_segment = 0 and loop = '2010AA' and reference_identification_qualifier in ('EI', 'SY')
    group by all
),

rendering as (
    select
        transaction_key,
        claim_segment,
        arg_min(nullif(trim(identification_code), ''), segment_number) as rendering_npi,
    from lake.name
    where
        claim_segment > 0 and line_segment = 0 and other_segment = 0
        and entity_identifier_code = '82' and identification_code_qualifier = 'XX'
    group by all
),

claim_party as (
    select
        claim.transaction_key,
        claim.segment_number,
        billing.last_name as billing_name,
        if(billing.qualifier = 'XX', billing.identifier, null) as billing_npi,
        coalesce(
            level_reference.tax_id, if(billing.qualifier in ('24', '34', 'FI'), billing.identifier, null)
        ) as billing_tin,
        rendering.rendering_npi,
        payer.identifier as payer_id,
        payer.last_name as payer_name,
        subscriber.identifier as member_id,
        if(claim.patient_segment > 0, patient.last_name, subscriber.last_name) as patient_last_name,
        if(claim.patient_segment > 0, patient.first_name, subscriber.first_name) as patient_first_name,
        if(claim.patient_segment > 0, patient.birth_date, subscriber.birth_date) as patient_birth_date,
    from claim
    left join level_name as billing
        on billing.transaction_key = claim.transaction_key
        and billing.hl_segment = claim.billing_segment and billing.loop = '2010AA'
    left join level_reference
        on level_reference.transaction_key = claim.transaction_key
        and level_reference.hl_segment = claim.billing_segment
    left join level_name as subscriber
        on subscriber.transaction_key = claim.transaction_key
        and subscriber.hl_segment = claim.subscriber_segment and subscriber.loop = '2010BA'
    left join level_name as payer
        on payer.transaction_key = claim.transaction_key
        and payer.hl_segment = claim.subscriber_segment and payer.loop = '2010BB'
    left join level_name as patient
        on patient.transaction_key = claim.transaction_key
        and patient.hl_segment = claim.patient_segment and patient.loop = '2010CA'
    left join rendering
        on rendering.transaction_key = claim.transaction_key and rendering.claim_segment = claim.segment_number
)

select * from claim_party
