-- severity: fail
-- says: each CLP, PLB pair and CLM of a landed transaction is one row, and their money is the same
with landed as (
    select 'claim_payment' as what, count(*) as rows, coalesce(sum(money(payment.paid_amount)), 0) as amount
    from lake.claim_payment as payment
    join staging.appearance using (transaction_key)
    union all
    select 'provider_adjustment', count(*), coalesce(sum(money(adjustment.amount)), 0)
    from lake.provider_adjustment as adjustment
    join staging.appearance using (transaction_key)
    union all
    select 'claim', count(*), coalesce(sum(money(claim.total_charge_amount)), 0)
    from lake.claim as claim
    join staging.appearance using (transaction_key)
),

published as (
    select 'claim_payment' as what, count(*) as rows, coalesce(sum(paid_amount), 0) as amount
    from marts.claim_payment
    union all
    select 'provider_adjustment', count(*), coalesce(sum(amount), 0)
    from marts.provider_adjustment
    union all
    select 'claim', count(*), coalesce(sum(total_charge_amount), 0)
    from marts.claim
)

select what, landed.rows, published.rows as published_rows
from landed
join published using (what)
where landed.rows <> published.rows or landed.amount <> published.amount
