-- grain: one row per 837 service line (LX) of a landed transaction
with line_reference as (
    select
        transaction_key,
        line_segment,
        arg_min(reference_identification, segment_number) as line_item_control_number,
    from lake.reference
    where claim_segment > 0 and line_segment > 0 and reference_identification_qualifier = '6R'
    group by all
),

period as (
    select transaction_key, line_segment, min(date_from) as service_date
    from lake.date
    where claim_segment > 0 and line_segment > 0 and date_time_qualifier = '472'
    group by all
),

claim_line as (
    select
        place_id(appearance.transaction_id, line.claim_segment) as claim_id,
        place_id(appearance.transaction_id, line.segment_number) as claim_line_id,
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
    from lake.claim_line as line
    join staging.appearance as appearance using (transaction_key)
    left join line_reference
        on line_reference.transaction_key = line.transaction_key
        and line_reference.line_segment = line.segment_number
    left join period
        on period.transaction_key = line.transaction_key and period.line_segment = line.segment_number
)

select * from claim_line
