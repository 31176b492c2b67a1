-- grain: one row per provider adjustment and claim family whose patient control number stands in the reference
--
-- Providers number patients, so one account number may name every visit: this evidence decides alone only where one
-- family has it, or where the service date glued to it, or the debt itself, singles one out. What is short without its
-- leading zeros must have the same zeros on both sides: '0022' cut from somewhere is not account 00000022.
with hit as (
    select
        token.provider_adjustment_id,
        identifier.claim_family_id,
        max(identifier.claim_payment_number) as claim_payment_number,
        arg_min(token.layout, if(token.layout = 'whole', '', token.layout)) as layout,
        max(token.service_date) as service_date,
        max(length(token.token)) as size,
        list(token.whole_token order by token.whole_token) as whole_tokens,
    from takebacks.reference_token as token
    join takebacks.identifier as identifier
        on identifier.relation_number = token.relation_number
        and identifier.token = token.token
        and identifier.kind = 'patient_control_number'
    where
        identifier.first_remittance_number <= token.remittance_number
        and not contains(token.layout, 'without its last')
    group by all
),

dated as (
    select hit.*, coalesce(hit.service_date = payment.service_date_from, false) as same_date
    from hit
    join staging.claim_payment as payment using (claim_payment_number)
    where hit.size >= 6 or list_contains(hit.whole_tokens, with_zeros(payment.patient_control_number))
),

by_patient_control_number as (
    select
        provider_adjustment_id,
        claim_family_id,
        claim_payment_number,
        if(same_date, 'patient_control_number_and_service_date', 'patient_control_number') as rule,
        if(same_date, 3, 2) as strength,
        layout,
        'reference (' || layout || ') = patient control number'
        || if(same_date, ', date in it = service date', '') as evidence,
    from dated
)

select * from by_patient_control_number
