-- grain: one row per claim payment with the people and providers that its NM1 segments name
-- stored: no
--
-- The member number may stand on the insured (IL) or on the patient (QC); NM1*74 brings the payer's correction of it.
with named as (
    select
        place_number(remittance.remittance_number, name.claim_segment) as claim_payment_number,
        name.segment_number,
        name.entity_identifier_code as entity,
        name.identification_code_qualifier as qualifier,
        nullif(trim(name.identification_code), '') as identifier,
        name.last_name_or_organization_name as last_name,
        name.first_name,
    from lake.name as name
    join staging.remittance as remittance using (transaction_key)
    where
        name.claim_segment > 0
        and name.line_segment = 0
        and name.entity_identifier_code in ('QC', 'IL', '74', '82')
),

claim_payment_party as (
    select
        claim_payment_number,
        arg_min(last_name, segment_number) filter (where entity = 'QC') as patient_last_name,
        arg_min(first_name, segment_number) filter (where entity = 'QC') as patient_first_name,
        arg_min(identifier, segment_number) filter (where entity = 'QC') as patient_member_id,
        arg_min(identifier, segment_number) filter (where entity = 'IL') as insured_member_id,
        arg_min(identifier, segment_number) filter (where entity = '74') as corrected_member_id,
        arg_min(identifier, segment_number) filter (where entity = '82' and qualifier = 'XX') as rendering_npi,
    from named
    group by all
)

select * from claim_payment_party
