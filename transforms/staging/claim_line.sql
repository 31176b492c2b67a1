-- grain: one row per 837 service line (LX) of a landed transaction
with sent as (
    select transaction_key, transaction_id, transaction_number
    from staging.appearance
    where transaction_set_code = '837'
),

line_reference as (
    select
        place_number(sent.transaction_number, reference.line_segment) as line_place,
        arg_min(reference.reference_identification, reference.segment_number) as line_item_control_number,
    from lake.reference as reference
    join sent using (transaction_key)
    where
        reference.claim_segment > 0 and reference.line_segment > 0
        and reference.reference_identification_qualifier = '6R'
    group by all
),

period as (
    select
        place_number(sent.transaction_number, date.line_segment) as line_place,
        min(date.date_from) as service_date,
    from lake.date as date
    join sent using (transaction_key)
    where date.claim_segment > 0 and date.line_segment > 0 and date.date_time_qualifier = '472'
    group by all
),

line as (
    select
        line.*,
        sent.transaction_id,
        place_number(sent.transaction_number, line.segment_number) as line_place,
    from lake.claim_line as line
    join sent using (transaction_key)
),

claim_line as (
    select
        place_id(line.transaction_id, line.claim_segment) as claim_id,
        place_id(line.transaction_id, line.segment_number) as claim_line_id,
        line.line_number,
        line.procedure_code,
        nullif(concat_ws(
            ':', line.procedure_modifier_1, line.procedure_modifier_2, line.procedure_modifier_3,
            line.procedure_modifier_4
        ), '') as modifiers,
        line.revenue_code,
        money(line.charge_amount) as charge_amount,
        line.units,
        period.service_date,
        line_reference.line_item_control_number,
        line.place_of_service_code,
        line.tooth_code,
    from line
    left join line_reference using (line_place)
    left join period using (line_place)
)

select * from claim_line
