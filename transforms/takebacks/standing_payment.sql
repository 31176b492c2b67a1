-- grain: one row per payment of a claim that was neither reversed nor is part of another
--
-- Parts of a split claim (MA15) and lost checks that are paid again (MA74) are no second payments of a claim.
with standing_payment as (
    select payment.*
    from takebacks.claim_payment as payment
    anti join (
        select reverses_claim_payment_id
        from takebacks.claim_payment
        where reverses_claim_payment_id is not null
    ) as reversed on reversed.reverses_claim_payment_id = payment.claim_payment_id
    where
        payment.role <> 'reversal'
        and payment.paid_amount > 0
        and not list_has_any(payment.remark_codes, ['MA15', 'MA74'])
)

select * from standing_payment
