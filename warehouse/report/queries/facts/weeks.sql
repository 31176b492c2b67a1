-- grain: one row per week in which takebacks are expected
select
    coalesce(cast(cast(date_trunc('week', expected_date) as date) as varchar), 'not known') as words,
    count(*) as number,
    sum(amount) as amount,
from expected_takeback
group by all
order by words
