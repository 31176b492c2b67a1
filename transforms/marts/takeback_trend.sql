-- grain: one row per month, payer and cause of overpayments
-- order: month, payer_id, cause
-- month: first day of the month in which the overpayment was first seen
-- payer_id: payer that takes back
-- cause: why, from the payer's reason and remark codes
-- claims: claim families
-- identified_amount: what the payer says was overpaid
-- recovered_amount: what of it was kept from checks
-- outstanding_amount: what is still open; below 0 too much was taken
-- median_days_from_payment: half of the takebacks came within so many days of the payment
with takeback_trend as (
    select
        date_trunc('month', identified_date)::date as month,
        payer_id,
        cause,
        count(*) as claims,
        money(sum(identified_amount)) as identified_amount,
        money(sum(recovered_amount)) as recovered_amount,
        money(sum(outstanding_amount)) as outstanding_amount,
        quantile_disc(days_from_payment_to_takeback, 0.5) as median_days_from_payment,
    from marts.overpayment
    group by all
)

select * from takeback_trend
