-- grain: one row per debt of a claim family
select identified_amount, recovered_amount, refunded_amount, given_back_amount, forgiven_amount, outstanding_amount,
       cause, state
from main.overpayment where claim_family_id = $1
