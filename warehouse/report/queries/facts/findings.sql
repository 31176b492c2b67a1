-- grain: one row per kind of finding, the largest first
select
    replace(kind, '_', ' ') as words,
    count(*) as number,
    coalesce(sum(abs(amount)), 0) as amount,
from finding
group by all
order by amount desc, words
