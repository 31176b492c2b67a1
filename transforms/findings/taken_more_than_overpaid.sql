-- grain: one row per recoupment that took more of a claim than was overpaid
with taken_more_than_overpaid as (
    select
        kind,
        about,
        claim_family_id,
        remittance_id,
        provider_adjustment_id,
        amount,
        explanation,
    from ledger.taken_too_much
    where kind = 'taken_more_than_overpaid'
)

select * from taken_more_than_overpaid
