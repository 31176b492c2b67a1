-- grain: one row per claim payment with the references, dates, amounts and remark codes that hang on it
-- stored: no
--
-- claim_payment_number is its place in the order of payments: remittance_number, then place in the remittance.
-- "Before" and "after" everywhere mean this number.
--
-- Service dates: the claim's own (232/233, or a 472/150/151 that stands at claim level) before those of its lines.
-- AMT*I is the interest of this claim; it never takes part in balancing.
with remittance as (
    select transaction_key, remittance_number
    from staging.remittance
),

payment as (
    select payment.*, place_number(remittance.remittance_number, payment.segment_number) as claim_payment_number
    from lake.claim_payment as payment
    join remittance using (transaction_key)
),

reference as (
    select
        place_number(remittance.remittance_number, reference.claim_segment) as claim_payment_number,
        arg_min(reference.reference_identification, reference.segment_number)
            filter (where reference.reference_identification_qualifier = 'F8') as original_reference_number,
        arg_min(reference.reference_identification, reference.segment_number)
            filter (where reference.reference_identification_qualifier = 'EA') as medical_record_number,
    from lake.reference as reference
    join remittance using (transaction_key)
    where reference.claim_segment > 0 and reference.line_segment = 0
    group by all
),

period as (
    select
        place_number(remittance.remittance_number, date.claim_segment) as claim_payment_number,
        min(date.date_from)
            filter (where date.line_segment = 0 and date.date_time_qualifier in ('232', '472', '150')) as claim_from,
        max(date.date_to)
            filter (where date.line_segment = 0 and date.date_time_qualifier in ('233', '472', '151')) as claim_to,
        min(date.date_from)
            filter (where date.line_segment > 0 and date.date_time_qualifier in ('472', '150')) as line_from,
        max(date.date_to)
            filter (where date.line_segment > 0 and date.date_time_qualifier in ('472', '151')) as line_to,
    from lake.date as date
    join remittance using (transaction_key)
    where date.claim_segment > 0
    group by all
),

interest as (
    select
        place_number(remittance.remittance_number, amount.claim_segment) as claim_payment_number,
        money(sum(amount.amount)) as interest_amount,
    from lake.amount as amount
    join remittance using (transaction_key)
    where amount.claim_segment > 0 and amount.line_segment = 0 and amount.amount_qualifier_code = 'I'
    group by all
),

remark as (
    select
        place_number(remittance.remittance_number, remark.claim_segment) as claim_payment_number,
        list(remark.remark_code order by remark.segment_number, remark.element_position) as remark_codes,
    from lake.remark as remark
    join remittance using (transaction_key)
    where
        remark.claim_segment > 0 and is_remark_code(remark.code_list_qualifier_code, remark.element_position)
        and remark.remark_code is not null
    group by all
),

claim_payment_detail as (
    select
        payment.*,
        reference.original_reference_number,
        reference.medical_record_number,
        coalesce(period.claim_from, period.line_from) as service_date_from,
        coalesce(period.claim_to, period.line_to, period.claim_from, period.line_from) as service_date_to,
        money(interest.interest_amount) as interest_amount,
        coalesce(remark.remark_codes, []) as remark_codes,
    from payment
    left join reference using (claim_payment_number)
    left join period using (claim_payment_number)
    left join interest using (claim_payment_number)
    left join remark using (claim_payment_number)
)

select * from claim_payment_detail
