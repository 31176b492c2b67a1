-- grain: one row per 837 claim (CLM) of a landed transaction, with the names around it
-- stored: no
--
-- The patient is the subscriber unless a patient level (HL*23, loop 2010CA) stands between; the member number is always
-- the subscriber's.
with sent as (
    select transaction_key, transaction_id, transaction_number, claim_kind, submitted_on
    from staging.appearance
    where transaction_set_code = '837'
),

claim as (
    select
        claim.*,
        sent.* exclude (transaction_key),
        place_number(sent.transaction_number, claim.segment_number) as claim_number,
        place_number(sent.transaction_number, claim.billing_segment) as billing_number,
        place_number(sent.transaction_number, claim.subscriber_segment) as subscriber_number,
        place_number(sent.transaction_number, claim.patient_segment) as patient_number,
    from lake.claim as claim
    join sent using (transaction_key)
),

level_name as (
    select
        place_number(sent.transaction_number, name.hl_segment) as level_number,
        name.loop,
        arg_min(name.last_name_or_organization_name, name.segment_number) as last_name,
        arg_min(name.first_name, name.segment_number) as first_name,
        arg_min(name.identification_code_qualifier, name.segment_number) as qualifier,
        arg_min(nullif(trim(name.identification_code), ''), name.segment_number) as identifier,
        arg_min(name.birth_date, name.segment_number) as birth_date,
    from lake.name as name
    join sent using (transaction_key)
    where name.claim_segment = 0 and name.loop in ('2010AA', '2010BA', '2010BB', '2010CA')
    group by all
),

level_reference as (
    select
        place_number(sent.transaction_number, reference.hl_segment) as level_number,
        arg_min(reference.reference_identification, reference.segment_number) as tax_id,
    from lake.reference as reference
    join sent using (transaction_key)
    where
        reference.claim_segment = 0 and reference.loop = '2010AA'
        and reference.reference_identification_qualifier in ('EI', 'SY')
    group by all
),

rendering as (
    select
        place_number(sent.transaction_number, name.claim_segment) as claim_number,
        arg_min(nullif(trim(name.identification_code), ''), name.segment_number) as rendering_npi,
    from lake.name as name
    join sent using (transaction_key)
    where
        name.claim_segment > 0 and name.line_segment = 0 and name.other_segment = 0
        and name.entity_identifier_code = '82' and name.identification_code_qualifier = 'XX'
    group by all
),

claim_party as (
    select
        claim.*,
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
        on billing.level_number = claim.billing_number and billing.loop = '2010AA'
    left join level_reference on level_reference.level_number = claim.billing_number
    left join level_name as subscriber
        on subscriber.level_number = claim.subscriber_number and subscriber.loop = '2010BA'
    left join level_name as payer
        on payer.level_number = claim.subscriber_number and payer.loop = '2010BB'
    left join level_name as patient
        on patient.level_number = claim.patient_number and patient.loop = '2010CA'
    left join rendering using (claim_number)
)

select * from claim_party
