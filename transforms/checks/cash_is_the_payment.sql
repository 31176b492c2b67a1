-- severity: fail
-- says: a remittance's cash postings add up to BPR02
with cash as (
    select remittance_id, sum(amount) as amount
    from marts.ledger_entry
    where account = 'cash'
    group by all
)

select remittance.remittance_id, remittance.payment_amount, cash.amount
from marts.remittance as remittance
left join cash using (remittance_id)
where remittance.payment_amount <> coalesce(cash.amount, 0)
