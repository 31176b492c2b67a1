-- grain: one row per claim adjustment (CAS triplet) of a remittance, at claim or line level
-- order: adjustment_id
-- adjustment_id: stable id: the remittance, the segment number of the CAS and the element where the triplet starts
-- claim_payment_id: claim payment that it adjusts
-- service_payment_id: service line that it adjusts; null at claim level
-- remittance_id: remittance that holds it
-- group_code: CAS01: CO, OA, PI or PR
-- reason_code: claim adjustment reason code
-- amount: adjustment amount; positive lowers the payment
-- quantity: adjusted units
-- denial_category: what kind of denial or reduction group, reason and remark codes make of it
--
-- Group and remark codes refine what the reason code says alone: 45 with PR is the patient's share, 16 means little
-- without its remark. The most specific row of codes.denial_category wins, codes.carc speaks otherwise.
with line_remark as (
    select remark.claim_payment_id, remark.service_payment_id, remark.remark_code
    from staging.remark as remark
    semi join codes.denial_category as category on category.remark_code = remark.remark_code
    group by all
),

by_remark as (
    select adjustment.adjustment_id, min(category.category) as category
    from staging.adjustment as adjustment
    join line_remark as remark
        on remark.claim_payment_id = adjustment.claim_payment_id
        and coalesce(remark.service_payment_id, adjustment.service_payment_id)
            is not distinct from adjustment.service_payment_id
    join codes.denial_category as category
        on category.group_code = adjustment.group_code
        and category.reason_code = adjustment.reason_code
        and category.remark_code = remark.remark_code
    group by all
),

adjustment as (
    select
        adjustment.adjustment_id,
        adjustment.claim_payment_id,
        adjustment.service_payment_id,
        adjustment.remittance_id,
        adjustment.group_code,
        adjustment.reason_code,
        adjustment.amount,
        adjustment.quantity,
        coalesce(by_remark.category, by_group.category, by_reason.category, carc.category) as denial_category,
    from staging.adjustment as adjustment
    left join by_remark using (adjustment_id)
    left join codes.denial_category as by_group
        on by_group.group_code = adjustment.group_code
        and by_group.reason_code = adjustment.reason_code
        and by_group.remark_code is null
    left join codes.denial_category as by_reason
        on by_reason.group_code is null and by_reason.reason_code = adjustment.reason_code
    left join codes.carc as carc on carc.code = adjustment.reason_code
)

select * from adjustment
