-- grain: one row per month of payment among those that the pages show
with month as (
    select
        cast(date_trunc('month', remittance.payment_date) as date) as first_day,
        sum(remittance.payment_amount) as paid,
        coalesce(sum(taking.at_once), 0) as at_once,
        coalesce(sum(taking.taken), 0) as taken,
        coalesce(sum(taking.matched), 0) as matched,
    from remittance
    cross join window_start
    left join taking using (remittance_id)
    where remittance.payment_date >= window_start.first_day
    group by all
)

select
    first_day,
    paid,
    at_once,
    taken,
    matched,
    at_once + taken as total,
    taken - matched as open_part,
from month
order by first_day
