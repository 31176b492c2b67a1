-- grain: one row per provider adjustment that bears a number (its reference or our id)
select provider_adjustment_id, remittance_id, trace_number, adjustment_reason_code, reference_id, kind, amount,
       matched_amount, unmatched_amount, payment_date
from main.provider_adjustment join main.remittance using (remittance_id, trace_number)
where provider_adjustment_id = $1 or same(reference_id, $1) order by payment_date, provider_adjustment_id
