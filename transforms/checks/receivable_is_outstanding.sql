-- severity: fail
-- says: a claim family's receivable postings add up to what its overpayment says is outstanding
with receivable as (
    select claim_family_id, -sum(amount) as amount
    from marts.ledger_entry
    where account = 'receivable'
    group by all
)

select claim_family_id, receivable.amount, overpayment.outstanding_amount
from receivable
full join marts.overpayment as overpayment using (claim_family_id)
where coalesce(receivable.amount, 0) <> coalesce(overpayment.outstanding_amount, 0)
