-- grain: one row per week in which takebacks are expected
select
    cast(date_trunc('week', expected_date) as date) as first_day,
    count(*) as number,
    sum(amount) as amount,
from expected_takeback
group by all
order by first_day nulls last
