-- grain: one row per payer and category of the denials in the shown payments, the largest first
select
    denial.payer_id,
    replace(denial.denial_category, '_', ' ') as words,
    count(distinct denial.claim_payment_id) as number,
    sum(denial.denied_amount) as amount,
from denial
where denial.remittance_id in (select remittance_id from shown_remittance)
group by all
having sum(denial.denied_amount) > 0
order by denial.payer_id, amount desc, words
