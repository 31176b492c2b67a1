-- grain: one row per service payment (SVC) of a landed remittance
with period as (
    select
        transaction_key,
        line_segment,
        min(date_from) filter (where date_time_qualifier in ('472', '150')) as service_date_from,
        max(date_to) filter (where date_time_qualifier in ('472', '151')) as service_date_to,
    from lake.date
    where claim_segment > 0 and line_segment > 0
    group by all
),

line_reference as (
    select
        transaction_key,
        line_segment,
        arg_min(reference_identification, segment_number) as line_item_control_number,
    from lake.reference
    where claim_segment > 0 and line_segment > 0 and reference_identification_qualifier = '6R'
    group by all
),

service_payment as (
    select
        place_id(remittance.remittance_id, service.segment_number) as service_payment_id,
        place_id(remittance.remittance_id, service.claim_segment) as claim_payment_id,
        remittance.remittance_id,
        row_number() over (
            partition by service.transaction_key, service.claim_segment order by service.segment_number
        ) as line_ordinal,
        service.product_or_service_id_qualifier,
        service.procedure_code,
        nullif(concat_ws(
            ':', service.procedure_modifier_1, service.procedure_modifier_2, service.procedure_modifier_3,
            service.procedure_modifier_4
        ), '') as modifiers,
        service.submitted_procedure_code,
        service.revenue_code,
        money(service.charge_amount) as charge_amount,
        money(service.paid_amount) as paid_amount,
        service.paid_units,
        service.original_units,
        period.service_date_from,
        coalesce(period.service_date_to, period.service_date_from) as service_date_to,
        line_reference.line_item_control_number,
    from lake.service_payment as service
    join staging.remittance as remittance using (transaction_key)
    left join period
        on period.transaction_key = service.transaction_key and period.line_segment = service.segment_number
    left join line_reference
        on line_reference.transaction_key = service.transaction_key
        and line_reference.line_segment = service.segment_number
)

select * from service_payment
