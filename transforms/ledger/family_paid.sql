-- grain: one row per claim family with what it was paid; also one that only a takeback names
-- paid_amount: null where no payment is on file
-- again_amount: what payments that still stand have paid beyond the one that is to stand, for the same charge and days
-- last_remittance_id: its last payment, else the last takeback that names it
with paid as (
    select
        claim_family_id,
        arg_min(claim_id, claim_payment_number) filter (where claim_id is not null) as claim_id,
        sum(paid_amount) filter (where role <> 'reversal') as paid_amount,
        count(*) filter (where role = 'original' and paid_amount > 0) as paid_originals,
        arg_max(remittance_id, claim_payment_number) as last_remittance_id,
    from takebacks.claim_payment
    group by claim_family_id
    union all
    select
        proof.claim_family_id,
        min(proof.claim_id),
        cast(null as decimal(18, 2)),
        0,
        arg_max(kind.remittance_id, kind.provider_adjustment_number),
    from matching.proof as proof
    join matching.kind as kind using (provider_adjustment_id)
    anti join takebacks.claim_payment as payment on payment.claim_family_id = proof.claim_family_id
    group by proof.claim_family_id
),

again as (
    select claim_family_id, sum(paid_amount) as amount
    from takebacks.standing_payment
    where standing > 1
    group by all
),

family_paid as (
    select paid.*, money(again.amount) as again_amount
    from paid
    left join again using (claim_family_id)
)

select * from family_paid
