-- grain: one row per claim payment with the references, dates, amounts and remark codes that hang on it
--
-- Service dates: the claim's own (232/233, or a 472/150/151 that stands at claim level) before those of its lines.
-- AMT*I is the interest of this claim; it never takes part in balancing.
with reference as (
    select
        transaction_key,
        claim_segment,
        arg_min(reference_identification, segment_number)
            filter (where reference_identification_qualifier = 'F8') as original_reference_number,
        arg_min(reference_identification, segment_number)
            filter (where reference_identification_qualifier = 'EA') as medical_record_number,
        arg_min(reference_identification, segment_number)
            filter (where reference_identification_qualifier = '1L') as group_number,
        arg_min(reference_identification, segment_number)
            filter (where reference_identification_qualifier = 'G1') as prior_authorization_number,
    from lake.reference
    where claim_segment > 0 and line_segment = 0
    group by all
),

period as (
    select
        transaction_key,
        claim_segment,
        min(date_from) filter (where line_segment = 0 and date_time_qualifier in ('232', '472', '150')) as claim_from,
        max(date_to) filter (where line_segment = 0 and date_time_qualifier in ('233', '472', '151')) as claim_to,
        min(date_from) filter (where line_segment > 0 and date_time_qualifier in ('472', '150')) as line_from,
        max(date_to) filter (where line_segment > 0 and date_time_qualifier in ('472', '151')) as line_to,
    from lake.date
    where claim_segment > 0
    group by all
),

interest as (
    select transaction_key, claim_segment, money(sum(amount)) as interest_amount
    from lake.amount
    where claim_segment > 0 and line_segment = 0 and amount_qualifier_code = 'I'
    group by all
),

remark as (
    select transaction_key, claim_segment, list(remark_code order by segment_number, element_position) as remark_codes
    from lake.remark
    where
        claim_segment > 0 and is_remark_code(code_list_qualifier_code, element_position) and remark_code is not null
    group by all
),

claim_payment_detail as (
    select
        payment.transaction_key,
        payment.segment_number as claim_segment,
        reference.original_reference_number,
        reference.medical_record_number,
        reference.group_number,
        reference.prior_authorization_number,
        coalesce(period.claim_from, period.line_from) as service_date_from,
        coalesce(period.claim_to, period.line_to, period.claim_from, period.line_from) as service_date_to,
        money(interest.interest_amount) as interest_amount,
        coalesce(remark.remark_codes, []) as remark_codes,
    from lake.claim_payment as payment
    left join reference
        on reference.transaction_key = payment.transaction_key and reference.claim_segment = payment.segment_number
    left join period
        on period.transaction_key = payment.transaction_key and period.claim_segment = payment.segment_number
    left join interest
        on interest.transaction_key = payment.transaction_key and interest.claim_segment = payment.segment_number
    left join remark
        on remark.transaction_key = payment.transaction_key and remark.claim_segment = payment.segment_number
)

select * from claim_payment_detail
