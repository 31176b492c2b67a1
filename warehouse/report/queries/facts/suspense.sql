-- grain: one row per reason of suspense, the largest first
select
    replace(reason, '_', ' ') as reason,
    count(*) as adjustments,
    sum(abs(amount)) as amount,
    max(age_days) as oldest,
from suspense
group by all
order by amount desc, reason
