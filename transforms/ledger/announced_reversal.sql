-- grain: one row per claim payment under a code that announces its reversal, which has not come yet
-- not_demanded: what was paid so, up to and with this payment, and not asked back without a reversal
--
-- 133, 257 and 277 say themselves that a reversal will follow.
with announced as (
    select
        adjustment.claim_payment_id,
        string_agg(adjustment.reason_code, ', ' order by adjustment.reason_code) as reason_codes,
    from (
        select adjustment.claim_payment_id, adjustment.reason_code
        from staging.adjustment as adjustment
        semi join codes.carc as carc
            on carc.code = adjustment.reason_code and carc.overpayment_cause = 'expected_reversal'
        group by all
    ) as adjustment
    group by all
),

-- What was asked back without a reversal is told by its debt: once per claim, of the oldest of its payments.
announced_reversal as (
    select
        payment.*,
        announced.reason_codes,
        sum(payment.paid_amount) over (
            partition by payment.claim_family_id order by payment.claim_payment_number
        ) - money(overpayment.demanded_amount) as not_demanded,
    from takebacks.claim_payment as payment
    join announced using (claim_payment_id)
    anti join (
        select reverses_claim_payment_id
        from takebacks.claim_payment
        where reverses_claim_payment_id is not null
    ) as undone on undone.reverses_claim_payment_id = payment.claim_payment_id
    left join ledger.overpayment as overpayment on overpayment.claim_family_id = payment.claim_family_id
    where payment.role <> 'reversal' and payment.paid_amount > 0
)

select * from announced_reversal
