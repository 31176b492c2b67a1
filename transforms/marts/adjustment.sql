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
-- Group and remark codes refine what the reason code says alone: 45 with PR is the patient's share. The most specific
-- row of codes.denial_category wins; a reason that means little alone (codes.vague_reason: 16, 96, A1, 252 and kin) is
-- what its remark says (codes.remark_category); codes.carc speaks otherwise.
with line_remark as (
    select remark.claim_payment_id, remark.service_payment_id, remark.remark_code
    from staging.remark as remark
    where
        remark.remark_code in (select remark_code from codes.denial_category)
        or remark.remark_code in (select remark_code from codes.remark_category)
    group by all
),

remarked as (
    select
        adjustment.adjustment_id,
        adjustment.group_code,
        adjustment.reason_code,
        remark.remark_code,
        remark.service_payment_id is null as is_of_claim,
    from staging.adjustment as adjustment
    join line_remark as remark
        on remark.claim_payment_id = adjustment.claim_payment_id
        and coalesce(remark.service_payment_id, adjustment.service_payment_id)
            is not distinct from adjustment.service_payment_id
),

by_remark as (
    select remarked.adjustment_id, min(category.category) as category
    from remarked
    join codes.denial_category as category
        on category.group_code = remarked.group_code
        and category.reason_code = remarked.reason_code
        and category.remark_code = remarked.remark_code
    group by all
),

-- The line's own remark speaks before one of the whole claim.
by_vague_reason as (
    select
        remarked.adjustment_id,
        arg_min(category.category, (remarked.is_of_claim::int, category.rank, category.remark_code)) as category,
    from remarked
    semi join codes.vague_reason as vague on vague.reason_code = remarked.reason_code
    join codes.remark_category as category on category.remark_code = remarked.remark_code
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
        coalesce(
            by_remark.category, by_vague_reason.category, by_group.category, by_reason.category, carc.category
        ) as denial_category,
    from staging.adjustment as adjustment
    left join by_remark using (adjustment_id)
    left join by_vague_reason using (adjustment_id)
    left join codes.denial_category as by_group
        on by_group.group_code = adjustment.group_code
        and by_group.reason_code = adjustment.reason_code
        and by_group.remark_code is null
    left join codes.denial_category as by_reason
        on by_reason.group_code is null and by_reason.reason_code = adjustment.reason_code
    left join codes.carc as carc on carc.code = adjustment.reason_code
)

select * from adjustment
