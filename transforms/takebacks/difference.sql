-- grain: one row per claim family and remittance that changed what had been paid for it
--
-- The sum of its reversals and corrections there: what the check was lowered (negative) or raised by, before any
-- provider adjustment. taken_claim_payment_id is the payment that was undone.
with difference as (
    select
        payment.relation_number,
        payment.claim_family_id,
        payment.family_number,
        payment.remittance_id,
        payment.remittance_number,
        payment.payment_date,
        money(sum(payment.paid_amount)) as amount,
        min(payment.claim_payment_number) as first_claim_payment_number,
        arg_max(payment.reverses_claim_payment_id, payment.claim_payment_number)
            filter (where payment.reverses_claim_payment_id is not null) as undone_claim_payment_id,
        arg_max(payment.corrects_claim_payment_id, payment.claim_payment_number)
            filter (where payment.corrects_claim_payment_id is not null) as replaced_claim_payment_id,
    from takebacks.claim_payment as payment
    where payment.role in ('reversal', 'correction')
    group by all
)

select * exclude (replaced_claim_payment_id) replace (
    coalesce(undone_claim_payment_id, replaced_claim_payment_id) as undone_claim_payment_id
)
from difference
