-- grain: one row per remittance that bears a number (its trace number or our id)
select remittance_id, trace_number, payer_name, payer_id, payment_date, payment_method_code, payment_amount
from main.remittance where same(trace_number, $1) or remittance_id = $1 order by payment_date, remittance_id
