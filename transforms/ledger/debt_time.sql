-- grain: one row per claim family with any takeback: when it was paid, taken and settled
-- paid_date: when the payment was made that was too much
-- first_recovered_date: when the first dollar was kept or refunded
-- last_recovered_date: when the last one was
--
-- The payment is the one that was undone; without a reversal, the last one before the takeback was seen.
with undone as (
    select cycle.claim_family_id, min(payment.payment_date) as paid_date
    from ledger.cycle as cycle
    join staging.claim_payment as payment on payment.claim_payment_id = cycle.reverses_claim_payment_id
    where cycle.change_amount < 0
    group by all
),

paid as (
    select payment.claim_family_id, max(payment.payment_date) as paid_date
    from takebacks.claim_payment as payment
    join ledger.overpayment as overpayment using (claim_family_id)
    where
        payment.role <> 'reversal'
        and payment.paid_amount > 0
        and payment.payment_date < overpayment.identified_date
    group by all
),

recovery as (
    select claim_family_id, payment_date
    from ledger.claim_movement
    where kind in ('recoupment', 'refund')
    union all
    select difference.claim_family_id, difference.payment_date
    from takebacks.difference as difference
    anti join (
        select claim_family_id
        from ledger.claim_movement
        where kind = 'deferral'
    ) as delayed using (claim_family_id)
    where difference.amount < 0
),

recovered as (
    select
        claim_family_id,
        min(payment_date) as first_recovered_date,
        max(payment_date) as last_recovered_date,
    from recovery
    group by all
),

debt_time as (
    select
        overpayment.claim_family_id,
        coalesce(undone.paid_date, paid.paid_date) as paid_date,
        recovered.first_recovered_date,
        recovered.last_recovered_date,
    from ledger.overpayment as overpayment
    left join undone using (claim_family_id)
    left join paid using (claim_family_id)
    left join recovered using (claim_family_id)
)

select * from debt_time
