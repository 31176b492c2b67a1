-- grain: one row per remittance with who pays and who is paid
--
-- N1*PR and N1*PE open loops 1000A and 1000B. Some senders repeat N1 (a second payee for mailing, a payer contact):
-- the first of each counts. The payee is named by NPI (N103 XX) or tax id (FI); REF*TJ gives the tax id beside an NPI.
with party as (
    select
        appearance.transaction_id,
        name.entity_identifier_code as entity,
        name.segment_number,
        name.last_name_or_organization_name as organization,
        name.identification_code_qualifier as qualifier,
        nullif(trim(name.identification_code), '') as identifier,
    from lake.name as name
    join staging.appearance as appearance using (transaction_key)
    where
        appearance.transaction_set_code = '835'
        and name.claim_segment = 0
        and name.entity_identifier_code in ('PR', 'PE')
    qualify row_number() over (
        partition by appearance.transaction_id, name.entity_identifier_code order by name.segment_number
    ) = 1
),

payee_reference as (
    select
        appearance.transaction_id,
        arg_min(reference.reference_identification, reference.segment_number)
            filter (where reference.reference_identification_qualifier = 'TJ') as tax_id,
        arg_min(reference.reference_identification, reference.segment_number)
            filter (where reference.reference_identification_qualifier = 'PQ') as payee_number,
    from lake.reference as reference
    join staging.appearance as appearance using (transaction_key)
    where appearance.transaction_set_code = '835' and reference.loop = '1000B'
    group by all
),

remittance_party as (
    select
        appearance.transaction_id,
        payer.organization as payer_name,
        payer.identifier as payer_identifier,
        payee.organization as payee_name,
        if(payee.qualifier = 'XX', payee.identifier, null) as payee_npi,
        coalesce(if(payee.qualifier = 'FI', payee.identifier, null), payee_reference.tax_id) as payee_tin,
        coalesce(
            if(payee.qualifier not in ('XX', 'FI'), payee.identifier, null), payee_reference.payee_number
        ) as payee_number,
    from staging.appearance as appearance
    left join party as payer on payer.transaction_id = appearance.transaction_id and payer.entity = 'PR'
    left join party as payee on payee.transaction_id = appearance.transaction_id and payee.entity = 'PE'
    left join payee_reference on payee_reference.transaction_id = appearance.transaction_id
    where appearance.transaction_set_code = '835'
)

select * from remittance_party
