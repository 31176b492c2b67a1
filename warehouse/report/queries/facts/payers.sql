-- grain: one row per payer with what it did in the months that the pages show, the one that took most first
--
-- The days to a takeback are those from the payment that is taken back to the check that takes it.
with payer as (
    select
        payer_id,
        max_by(payer_name, payment_date) as payer,
        count(*) as checks,
        sum(payment_amount) as paid,
    from shown_remittance
    group by all
),

adjustment as (
    select remittance.payer_id, remittance.payment_date, adjustment.provider_adjustment_id
    from provider_adjustment as adjustment
    join shown_remittance as remittance using (remittance_id)
    where adjustment.kind = 'recoupment' and adjustment.amount > 0
),

taken as (
    select
        remittance.payer_id,
        sum(taking.takebacks) as takebacks,
        sum(taking.at_once) as at_once,
        sum(taking.taken) as taken,
        sum(taking.matched) as matched,
    from taking
    join shown_remittance as remittance using (remittance_id)
    group by all
),

payments as (
    select
        remittance.payer_id,
        count(*) as claim_payments,
        count(*) filter (where payment.role = 'reversal') as reversals,
    from claim_payment as payment
    join shown_remittance as remittance using (remittance_id)
    group by all
),

delay as (
    select
        adjustment.payer_id,
        median(date_diff('day', first.payment_date, adjustment.payment_date)) as days,
        max(date_diff('day', first.payment_date, adjustment.payment_date)) as most_days,
    from adjustment
    join takeback_match as match using (provider_adjustment_id)
    join claim_payment as payment on payment.claim_payment_id = match.claim_payment_id
    join remittance as first on first.remittance_id = payment.remittance_id
    group by all
),

debt as (
    select payer_id, sum(identified_amount) as identified, sum(outstanding_amount) as outstanding, count(*) as families
    from overpayment
    group by all
),

-- Of the debts of which something was taken: how many had a letter on file.
told as (
    select
        overpayment.payer_id,
        count(*) as taken_debts,
        count(*) filter (where overpayment.claim_family_id in (select claim_family_id from notice)) as told_debts,
    from overpayment
    where overpayment.recovered_amount > 0
    group by all
),

alarm as (
    select remittance.payer_id, count(*) as findings
    from finding
    join remittance using (remittance_id)
    group by all
),

learned as (
    select payer_id, count(*) as layouts
    from reference_layout
    group by all
),

other as (
    select payer_id, sum(amount) as other
    from other_debt
    group by all
)

select
    payer.payer_id,
    coalesce(payer.payer, payer.payer_id) as payer,
    payer.checks,
    payer.paid,
    coalesce(payments.claim_payments, 0) as claim_payments,
    coalesce(payments.reversals, 0) as reversals,
    coalesce(taken.takebacks, 0) as takebacks,
    coalesce(taken.at_once, 0) as at_once,
    coalesce(taken.taken, 0) as taken,
    coalesce(taken.at_once + taken.taken, 0) as total,
    coalesce(taken.matched, 0) as matched,
    delay.days,
    delay.most_days,
    coalesce(debt.identified, 0) as identified,
    coalesce(debt.outstanding, 0) as outstanding,
    coalesce(alarm.findings, 0) as findings,
    coalesce(learned.layouts, 0) as layouts,
    coalesce(other.other, 0) as other,
    if((select count(*) from notice) > 0, told.taken_debts, 0) as taken_debts,
    told.told_debts,
from payer
left join taken using (payer_id)
left join payments using (payer_id)
left join delay using (payer_id)
left join debt using (payer_id)
left join alarm using (payer_id)
left join learned using (payer_id)
left join other using (payer_id)
left join told using (payer_id)
order by total desc, payer, payer.payer_id
