-- grain: one row per 837 claim that bears a number
select claim_id, claim_kind, payer_name, total_charge_amount, service_date_from, service_date_to
from main.claim where claim_id = $1 or same(patient_control_number, $1) order by service_date_from, claim_id
