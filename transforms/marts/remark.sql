-- grain: one row per remark code (RARC) of a remittance, from LQ, MIA or MOA
-- order: remark_id
-- remark_id: stable id: the remittance, the segment number and the element
-- claim_payment_id: claim payment that it is about
-- service_payment_id: service line that it is about; null at claim level
-- remittance_id: remittance that holds it
-- remark_code: remittance advice remark code
-- meaning: what the code says about takebacks, in our own words; null for codes that say nothing about them
with remark as (
    select
        remark.remark_id,
        remark.claim_payment_id,
        remark.service_payment_id,
        remark.remittance_id,
        remark.remark_code,
        rarc.own_words as meaning,
    from staging.remark as remark
    left join codes.rarc_takeback as rarc on rarc.code = remark.remark_code
)

select * from remark
