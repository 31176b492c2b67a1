-- grain: one row per claim payment that pays once more what had been paid already, and is not wholly asked back
-- amount: what of it is not asked back yet
-- owed_amount: the same with what was paid again before it, under the same charge and days
--
-- What the payer has asked back since, but for what reversals lowered, is no longer in question: the oldest first.
with again as (
    select
        *,
        lag(trace_number) over same_claim as other_trace_number,
        lag(payment_date) over same_claim as other_date,
        lag(claim_payment_number) over same_claim > claim_payment_number as other_is_later,
        sum(paid_amount) over same_claim - first_value(paid_amount) over same_claim as paid_again,
    from takebacks.standing_payment
    window same_claim as (
        partition by claim_family_id, charge_amount, service_date_from, service_date_to order by standing
    )
    qualify standing > 1
),

paid_twice as (
    select
        again.*,
        again.paid_again - money(overpayment.demanded_amount) as owed_amount,
        least(again.paid_amount, again.paid_again - money(overpayment.demanded_amount)) as amount,
    from again
    left join ledger.overpayment as overpayment using (claim_family_id)
    where again.paid_again > money(overpayment.demanded_amount)
)

select * from paid_twice
