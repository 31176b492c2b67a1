-- grain: one row per claim family that was recouped although its refund had come before
with taken_after_refund as (
    select
        kind,
        claim_family_id as about,
        claim_family_id,
        remittance_id,
        provider_adjustment_id,
        amount,
        explanation,
    from ledger.taken_too_much
    where kind = 'taken_after_refund'
)

select * from taken_after_refund
