-- severity: fail
-- says: each ledger entry's postings add up to 0
select entry_id, sum(amount) as amount
from marts.ledger_entry
group by all
having sum(amount) <> 0
