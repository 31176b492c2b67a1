-- grain: one row per recoupment of a claim whose refund had come before
with taken_after_refund as (
    select
        kind,
        about,
        claim_family_id,
        remittance_id,
        provider_adjustment_id,
        amount,
        explanation,
    from ledger.taken_too_much
    where kind = 'taken_after_refund'
)

select * from taken_after_refund
