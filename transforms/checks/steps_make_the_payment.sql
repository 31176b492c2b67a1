-- severity: fail
-- says: the steps of a remittance add up to BPR02
with steps as (
    select remittance_id, sum(amount) as amount
    from marts.remittance_step
    group by all
)

select remittance_id
from marts.remittance as remittance
left join steps using (remittance_id)
where coalesce(steps.amount, 0) <> remittance.payment_amount
