-- severity: fail
-- says: outstanding = identified - recovered - refunded + given back - forgiven
select claim_family_id
from marts.overpayment
where
    outstanding_amount <> identified_amount - recovered_amount - refunded_amount + given_back_amount - forgiven_amount
