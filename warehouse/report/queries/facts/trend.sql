-- grain: one row per month of payment among those that the pages show
--
-- A claim that was lowered takes money at once, unless the same check puts that off (a deferral): then a later
-- recoupment takes it.
with at_once as (
    select remittance_id, -sum(amount) as at_once
    from remittance_step
    where step_kind in ('claim_lowered', 'deferral')
    group by all
),

kept as (
    select
        remittance_id,
        sum(amount) filter (where kind = 'recoupment' and amount > 0) as taken,
        sum(matched_amount) filter (where kind = 'recoupment' and amount > 0) as matched,
    from provider_adjustment
    group by all
),

month as (
    select
        date_trunc('month', remittance.payment_date) as first_day,
        sum(remittance.payment_amount) as paid,
        coalesce(sum(at_once.at_once), 0) as at_once,
        coalesce(sum(kept.taken), 0) as taken,
        coalesce(sum(kept.matched), 0) as matched,
    from remittance
    cross join window_start
    left join kept using (remittance_id)
    left join at_once using (remittance_id)
    where remittance.payment_date >= window_start.first_day
    group by all
)

select
    cast(first_day as date) as first_day,
    paid,
    at_once,
    taken,
    matched,
    at_once + taken as total,
    taken - matched as open_part,
from month
order by first_day
