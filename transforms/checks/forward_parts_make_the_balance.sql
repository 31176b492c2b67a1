-- severity: fail
-- says: the parts of a forward balance add up to it
select
    forward.provider_adjustment_id,
    forward.amount,
    sum(part.amount) as parts_amount,
from marts.forward_balance as forward
left join marts.forward_balance_part as part using (provider_adjustment_id)
group by forward.provider_adjustment_id, forward.amount
having forward.amount is distinct from money(sum(part.amount)) or min(part.amount * sign(forward.amount)) <= 0
