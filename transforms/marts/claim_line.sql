-- grain: one row per service line (LX) of an 837
-- order: claim_id, line_number, claim_line_id
-- stored: no
-- claim_line_id: stable id of the line
-- claim_id: claim that holds the line
-- line_number: LX01
-- procedure_code: procedure of SV1, SV2 or SV3
-- modifiers: its modifiers in order, with colons between
-- revenue_code: SV201
-- charge_amount: charge of the line
-- units: service units
-- service_date: first day of service of the line
-- line_item_control_number: REF*6R: the provider's number of the line
with claim_line as (
    select
        claim_line_id,
        claim_id,
        line_number,
        procedure_code,
        modifiers,
        revenue_code,
        charge_amount,
        units,
        service_date,
        line_item_control_number,
    from staging.claim_line
)

select * from claim_line
