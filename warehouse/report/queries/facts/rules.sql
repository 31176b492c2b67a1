-- grain: one row per payer and way in which its takebacks were tied to claims, the largest first
select
    remittance.payer_id,
    replace(match.rule, '_', ' ') as words,
    count(*) as number,
    sum(abs(match.amount)) as amount,
from takeback_match as match
join provider_adjustment as adjustment using (provider_adjustment_id)
join shown_remittance as remittance using (remittance_id)
group by all
order by remittance.payer_id, amount desc, words
