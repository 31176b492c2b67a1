-- grain: one row per remark code (LQ, MIA or MOA) of a landed remittance
--
-- LQ carries other lists too (NCPDP reject codes under RX): only HE is a remark code. MIA and MOA hold nothing else.
with remark as (
    select
        pair_id(remittance.remittance_id, remark.segment_number, remark.element_position) as remark_id,
        place_id(remittance.remittance_id, remark.claim_segment) as claim_payment_id,
        if(
            remark.line_segment > 0, place_id(remittance.remittance_id, remark.line_segment), null
        ) as service_payment_id,
        remittance.remittance_id,
        remark.code_list_qualifier_code,
        remark.remark_code,
    from lake.remark as remark
    join staging.remittance as remittance using (transaction_key)
    where remark.claim_segment > 0 and is_remark_code(remark.code_list_qualifier_code, remark.element_position)
        and remark.remark_code is not null
)

select * from remark
