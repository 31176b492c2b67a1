-- grain: one row per recoupment that exceeds the overpayment of a claim by no more than interest may be
with interest_in_takeback as (
    select
        kind,
        about,
        claim_family_id,
        remittance_id,
        provider_adjustment_id,
        amount,
        explanation || ', which may be interest folded into the takeback' as explanation,
    from ledger.taken_too_much
    where kind = 'interest_in_takeback'
)

select * from interest_in_takeback
