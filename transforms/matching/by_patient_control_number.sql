-- grain: one row per provider adjustment and claim family whose patient control number stands in the reference
--
-- Providers number patients, so one account number may name every visit: this evidence decides alone only where one
-- family has it, or where the service date beside it, or the debt itself, singles one out. What is short without its
-- leading zeros must have the same zeros on both sides ('0022' cut from somewhere is not account 00000022), unless the
-- day of service, or the patient's name, stands beside it. Letters that stand right behind it must be that name.
with hit as (
    select
        token.provider_adjustment_id,
        identifier.claim_family_id,
        max(identifier.claim_payment_number) as claim_payment_number,
        arg_min(token.layout, if(token.layout = 'whole', '', token.layout)) as layout,
        flatten(list(token.service_dates)) as service_dates,
        max(length(token.token)) as size,
        max(token.size) as whole_size,
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

supported as (
    select
        hit.*,
        list_contains(hit.service_dates, payment.service_date_from) as same_date,
        length(payment.patient_last_name) >= 4
            and (
                contains(
                    ' ' || regexp_replace(upper(adjustment.reference_id), '[^A-Z]+', ' ', 'g') || ' ',
                    ' ' || left(upper(payment.patient_last_name), 8)
                )
                or starts_with(
                    upper(payment.patient_last_name),
                    nullif(regexp_extract(upper(adjustment.reference_id), '[A-Z]{4,}$'), '')
                )
            ) as same_name,
        list_has_any(hit.whole_tokens, [
            with_zeros(payment.patient_control_number), with_zeros(claim.patient_control_number)
        ]) as same_zeros,
    from hit
    join takebacks.claim_payment as payment using (claim_payment_number)
    join staging.provider_adjustment as adjustment using (provider_adjustment_id)
    left join staging.claim as claim using (claim_id)
),

by_patient_control_number as (
    select
        provider_adjustment_id,
        claim_family_id,
        claim_payment_number,
        if(coalesce(same_date, false), 'patient_control_number_and_service_date', 'patient_control_number') as rule,
        if(coalesce(same_date, false), 3, 2) as strength,
        layout,
        'reference (' || layout || ') = patient control number'
        || if(coalesce(same_date, false), ', date in it = service date', '') as evidence,
    from supported
    where
        (not contains(layout, 'before letters') or coalesce(same_name, false))
        and (
            size >= 6
            or coalesce(same_date, false)
            or coalesce(same_name, false)
            or (whole_size >= 4 and coalesce(same_zeros, false))
        )
)

select * from by_patient_control_number
