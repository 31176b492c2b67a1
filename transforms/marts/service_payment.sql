-- grain: one row per service payment (SVC) of a remittance
-- order: service_payment_id
-- stored: no
-- service_payment_id: stable id: the remittance and the segment number of the SVC
-- claim_payment_id: claim payment that holds it
-- remittance_id: remittance that holds it
-- line_ordinal: place in the claim payment, from 1
-- procedure_code: adjudicated procedure (SVC01-2)
-- modifiers: its modifiers in order, with colons between
-- submitted_procedure_code: procedure as submitted, where the payer changed it (SVC06-2)
-- revenue_code: SVC04
-- charge_amount: SVC02
-- paid_amount: SVC03
-- paid_units: SVC05
-- original_units: SVC07
-- service_date_from: first day of service
-- service_date_to: last day of service
-- line_item_control_number: REF*6R
with service_payment as (
    select
        service_payment_id,
        claim_payment_id,
        remittance_id,
        line_ordinal,
        procedure_code,
        modifiers,
        submitted_procedure_code,
        revenue_code,
        charge_amount,
        paid_amount,
        paid_units,
        original_units,
        service_date_from,
        service_date_to,
        line_item_control_number,
    from staging.service_payment
)

select * from service_payment
