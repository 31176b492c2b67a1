-- severity: fail
-- says: a payment is undone by one reversal, of the same amount or a part of it, and not before it was paid
with link as (
    select
        reversal.claim_payment_id,
        count(*) over (partition by undone.claim_payment_id) as reversals,
        undone.payment_date <= reversal.payment_date as in_order,
        abs(reversal.paid_amount) <= abs(undone.paid_amount) as in_amount,
    from takebacks.claim_payment as reversal
    join staging.claim_payment as undone on undone.claim_payment_id = reversal.reverses_claim_payment_id
)

select *
from link
where reversals > 1 or not in_order or not in_amount
