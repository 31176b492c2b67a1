-- grain: one row per claim adjustment (CAS triplet) of a landed remittance, at claim or line level
with adjustment as (
    select
        pair_id(remittance.remittance_id, adjustment.segment_number, adjustment.element_position) as adjustment_id,
        place_id(remittance.remittance_id, adjustment.claim_segment) as claim_payment_id,
        if(
            adjustment.line_segment > 0, place_id(remittance.remittance_id, adjustment.line_segment), null
        ) as service_payment_id,
        remittance.remittance_id,
        adjustment.group_code,
        adjustment.reason_code,
        money(adjustment.amount) as amount,
        adjustment.quantity,
    from lake.adjustment as adjustment
    join staging.remittance as remittance using (transaction_key)
    where adjustment.claim_segment > 0
)

select * from adjustment
