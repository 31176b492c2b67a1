-- grain: one row per provider adjustment and claim family whose patient control number stands in the reference
--
-- Providers number patients, so one account number may name every visit: this evidence decides alone only where one
-- family has it, or where the service date beside it, or the debt itself, singles one out. What is short without its
-- leading zeros must have the same zeros on both sides ('0022' cut from somewhere is not account 00000022), unless the
-- day of service, or the patient's name, stands beside it. Letters that stand right behind it must begin that name, and
-- six figures in front of it that could be a day must be the day of service.
with before_letters as (
    select
        word.provider_adjustment_id,
        adjustment.relation_number,
        adjustment.remittance_number,
        regexp_extract(word.token, '^(.*[0-9])([A-Za-z]{4,})$', ['number', 'letters']) as cut,
        if(word.kind = 'part', 'part ', 'word ') || word.place || ' before letters' as layout,
    from takebacks.reference_word as word
    join staging.provider_adjustment as adjustment using (provider_adjustment_id)
    where regexp_matches(word.token, '[0-9][A-Za-z]{4,}$')
),

token as (
    select
        provider_adjustment_id,
        relation_number,
        remittance_number,
        token,
        whole_token,
        layout,
        service_dates,
        null as letters,
        contains(layout, 'word') and contains(layout, 'short date') as asks_day,
    from takebacks.reference_token
    where not contains(layout, 'without its last') and not contains(layout, 'before letters')
    union all
    select
        provider_adjustment_id,
        relation_number,
        remittance_number,
        normalised(cut.number),
        with_zeros(cut.number),
        layout,
        null,
        upper(cut.letters),
        false,
    from before_letters
),

hit as (
    select
        token.provider_adjustment_id,
        identifier.claim_family_id,
        max(identifier.claim_payment_number) as claim_payment_number,
        arg_min(
            token.layout,
            if(token.letters is not null or token.asks_day, 'z', '') || if(token.layout = 'whole', '', token.layout)
        ) as layout,
        flatten(list(token.service_dates)) as service_dates,
        max(length(token.token)) as size,
        max(length(token.whole_token)) as whole_size,
        list(token.whole_token order by token.whole_token) as whole_tokens,
        list(token.letters order by token.letters) as letters,
        bool_and(token.letters is not null) as asks_name,
        bool_and(token.asks_day) as asks_day,
    from token
    join takebacks.identifier as identifier
        on identifier.relation_number = token.relation_number
        and identifier.token = token.token
        and identifier.kind = 'patient_control_number'
    where identifier.first_remittance_number <= token.remittance_number
    group by all
),

supported as (
    select
        hit.*,
        coalesce(list_contains(hit.service_dates, payment.service_date_from), false) as same_date,
        coalesce(length(payment.patient_last_name) >= 4, false)
            and (
                contains(
                    ' ' || regexp_replace(upper(adjustment.reference_id), '[^A-Z]+', ' ', 'g') || ' ',
                    ' ' || left(upper(payment.patient_last_name), 8)
                )
                or coalesce(list_bool_or(list_transform(
                    hit.letters, lambda piece: starts_with(upper(payment.patient_last_name), piece)
                )), false)
            ) as same_name,
        coalesce(list_has_any(hit.whole_tokens, [
            with_zeros(payment.patient_control_number), with_zeros(claim.patient_control_number)
        ]), false) as same_zeros,
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
        if(same_date, 'patient_control_number_and_service_date', 'patient_control_number') as rule,
        if(same_date, 3, 2) as strength,
        layout,
        'reference (' || layout || ') = patient control number'
        || if(same_date, ', date in it = service date', '') as evidence,
    from supported
    where
        (same_name or not asks_name)
        and (same_date or not asks_day)
        and (size >= 6 or same_date or same_name or (whole_size >= 4 and same_zeros))
)

select * from by_patient_control_number
