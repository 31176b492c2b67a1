-- grain: one row per recoupment by which at least as much again was taken of a claim as was overpaid
with taken_twice as (
    select
        kind,
        about,
        claim_family_id,
        remittance_id,
        provider_adjustment_id,
        amount,
        explanation,
    from ledger.taken_too_much
    where kind = 'taken_twice'
)

select * from taken_twice
