-- grain: one row per payer and tax id of the payee: where all its takebacks stand, the largest debts first
select *
from payer_balance
order by payer_id, identified_amount desc, payee_tin
