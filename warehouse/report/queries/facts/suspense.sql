-- grain: one row per reason of suspense, the largest first
select
    replace(reason, '_', ' ') as words,
    explanation,
    count(*) as number,
    sum(abs(amount)) as amount,
    max(age_days) as oldest,
from suspense
group by all
order by amount desc, words
