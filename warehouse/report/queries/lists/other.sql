-- grain: one row per provider adjustment that concerns no claim, the newest first
select
    coalesce(remittance.payer_name, remittance.payer_id) as payer,
    remittance.payment_date as day,
    [remittance.remittance_id, remittance.trace_number] as "check",
    other_debt.adjustment_reason_code as code,
    coalesce(other_debt.meaning, replace(other_debt.kind, '_', ' ')) as meaning,
    other_debt.reference_id as reference,
    cents(other_debt.amount) as amount,
from other_debt
join shown_remittance as remittance using (remittance_id)
order by remittance.payment_date desc, abs(other_debt.amount) desc, other_debt.provider_adjustment_id
