-- grain: one row per service payment (SVC) of a landed remittance
--
-- Ordinals are counted before the columns are gathered: sorting narrow rows costs a third of sorting wide ones.
with remittance as (
    select transaction_key, remittance_id, remittance_number
    from staging.remittance
),

period as (
    select
        place_number(remittance.remittance_number, date.line_segment) as line_place,
        min(date.date_from) filter (where date.date_time_qualifier in ('472', '150')) as service_date_from,
        max(date.date_to) filter (where date.date_time_qualifier in ('472', '151')) as service_date_to,
    from lake.date as date
    join remittance using (transaction_key)
    where date.claim_segment > 0 and date.line_segment > 0
    group by all
),

line_reference as (
    select
        place_number(remittance.remittance_number, reference.line_segment) as line_place,
        arg_min(reference.reference_identification, reference.segment_number) as line_item_control_number,
    from lake.reference as reference
    join remittance using (transaction_key)
    where
        reference.claim_segment > 0 and reference.line_segment > 0
        and reference.reference_identification_qualifier = '6R'
    group by all
),

ordinal as (
    select
        place_number(remittance.remittance_number, service.segment_number) as line_place,
        row_number() over (
            partition by place_number(remittance.remittance_number, service.claim_segment)
            order by service.segment_number
        ) as line_ordinal,
    from lake.service_payment as service
    join remittance using (transaction_key)
),

service as (
    select
        service.*,
        remittance.remittance_id,
        place_number(remittance.remittance_number, service.segment_number) as line_place,
    from lake.service_payment as service
    join remittance using (transaction_key)
),

service_payment as (
    select
        place_id(service.remittance_id, service.segment_number) as service_payment_id,
        place_id(service.remittance_id, service.claim_segment) as claim_payment_id,
        service.remittance_id,
        ordinal.line_ordinal,
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
    from service
    join ordinal using (line_place)
    left join period using (line_place)
    left join line_reference using (line_place)
)

select * from service_payment
