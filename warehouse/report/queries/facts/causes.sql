-- grain: one row per payer and cause of overpayments, the largest first
select
    payer_id,
    replace(coalesce(cause, 'unknown'), '_', ' ') as words,
    count(*) as number,
    sum(identified_amount) as amount,
from overpayment
group by all
order by payer_id, amount desc, words
