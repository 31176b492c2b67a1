-- grain: one row per week in which takebacks are expected; first what is late, last what nobody can tell
with as_of as (
    select max(payment_date) as payment_date
    from remittance
),

expected as (
    select
        expected_date < as_of.payment_date as is_late,
        cast(date_trunc('week', expected_date) as date) as week,
        amount,
    from expected_takeback
    cross join as_of
)

select
    case
        when is_late then 'late'
        when week is null then 'not known'
        else cast(week as varchar)
    end as words,
    count(*) as number,
    sum(amount) as amount,
from expected
group by all
order by max(week) nulls last, words
