-- grain: one row per reversal with the payments that replaced it, in whatever remittance
--
-- change_amount below 0: the payer wants money back; above 0: the claim was paid more.
with replacement as (
    select
        reversal_claim_payment_id,
        arg_max(claim_payment_id, claim_payment_number) as correction_claim_payment_id,
        sum(paid_amount) as paid_amount,
        max(payment_date) as correction_date,
    from takebacks.claim_payment
    where role = 'correction' and reversal_claim_payment_id is not null
    group by all
),

cycle as (
    select
        reversal.claim_family_id,
        reversal.claim_payment_id as reversal_claim_payment_id,
        reversal.claim_payment_number,
        reversal.remittance_id,
        reversal.reverses_claim_payment_id,
        reversal.payment_date,
        reversal.remark_codes as reversal_remark_codes,
        replacement.correction_claim_payment_id,
        replacement.correction_date,
        money(reversal.paid_amount + coalesce(replacement.paid_amount, 0)) as change_amount,
    from takebacks.claim_payment as reversal
    left join replacement on replacement.reversal_claim_payment_id = reversal.claim_payment_id
    where reversal.role = 'reversal'
)

select * from cycle
