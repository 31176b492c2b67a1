-- severity: fail
-- says: a payment is undone once, in one piece or several, and not before it was paid
with link as (
    select
        reversal.claim_payment_id,
        undone.payment_date <= reversal.payment_date as in_order,
        sum(abs(reversal.paid_amount)) over (partition by undone.claim_payment_id) <= abs(undone.paid_amount)
            as in_amount,
    from takebacks.claim_payment as reversal
    join staging.claim_payment as undone on undone.claim_payment_id = reversal.reverses_claim_payment_id
)

select *
from link
where not in_order or not in_amount
