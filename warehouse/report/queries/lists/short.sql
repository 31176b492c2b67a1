-- grain: one row per shown check that was lowered, the newest first
with step as (
    select
        remittance_id,
        cents(sum(amount) filter (where step_kind = 'payments')) as claims,
        cents(-sum(amount) filter (where step_kind <> 'payments' and amount < 0)) as kept,
        cents(sum(amount) filter (where step_kind <> 'payments' and amount > 0)) as given,
    from remittance_step
    group by all
)

select
    remittance.payment_date as day,
    [remittance.remittance_id, remittance.trace_number] as "check",
    coalesce(remittance.payer_name, remittance.payer_id) as payer,
    coalesce(step.claims, 0) as claims,
    coalesce(step.kept, 0) as kept,
    coalesce(step.given, 0) as given,
    cents(remittance.payment_amount) as paid,
from shown_remittance as remittance
join step using (remittance_id)
where step.kept > 0
order by remittance.payment_date desc, step.kept desc, remittance.remittance_id
