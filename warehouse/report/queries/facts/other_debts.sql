-- grain: one row per payer and PLB code of what a payer kept or gave that concerns no claim, the largest first
select
    payer_id,
    adjustment_reason_code as code,
    replace(kind, '_', ' ') as kind,
    meaning,
    count(*) as number,
    sum(amount) as amount,
    max(payment_date) as last_day,
from other_debt
group by all
order by payer_id, abs(sum(amount)) desc, code, kind, meaning
