-- grain: one row per claim family of which at least as much again was taken as was overpaid
with taken_twice as (
    select
        kind,
        claim_family_id as about,
        claim_family_id,
        remittance_id,
        provider_adjustment_id,
        amount,
        explanation,
    from ledger.taken_too_much
    where kind = 'taken_twice'
)

select * from taken_twice
