-- grain: one row per payer, question of the scorecard (cause, denial, rule) and answer, the largest first
-- trend: its amount in each of the shown months
--
-- Why it takes back and what it denies are marts of their own; by what rule its takebacks were tied to claims is counted.
with told as (
    select 'cause' as question, payer_id, coalesce(cause, 'unknown') as answer, month, claims as number,
        identified_amount as amount, outstanding_amount as rest
    from takeback_trend
    union all
    select 'denial', payer_id, denial_category, month, denied_claims, denied_amount, standing_amount
    from denial_trend
    union all
    select
        'rule', remittance.payer_id, match.rule, cast(date_trunc('month', remittance.payment_date) as date), count(*),
        sum(abs(match.amount)), null
    from takeback_match as match
    join provider_adjustment as adjustment using (provider_adjustment_id)
    join shown_remittance as remittance using (remittance_id)
    group by all
),

-- Months of a file without patients are years: several rows may fall into one.
by_month as (
    select question, payer_id, answer, month, sum(number) as number, sum(amount) as amount, sum(rest) as rest
    from told
    semi join shown_month using (month)
    group by all
),

answer as (
    select question, payer_id, answer, sum(number) as number, sum(amount) as amount, sum(rest) as rest
    from by_month
    group by all
),

trend as (
    select
        answer.question,
        answer.payer_id,
        answer.answer,
        list(coalesce(by_month.amount, 0) order by shown_month.month) as trend,
    from answer
    cross join shown_month
    left join by_month
        on by_month.question = answer.question
        and by_month.payer_id is not distinct from answer.payer_id
        and by_month.answer = answer.answer
        and by_month.month = shown_month.month
    group by all
)

select
    answer.question,
    answer.payer_id,
    replace(answer.answer, '_', ' ') as words,
    answer.number,
    answer.amount,
    answer.rest,
    trend.trend,
from answer
join trend
    on trend.question = answer.question
    and trend.payer_id is not distinct from answer.payer_id
    and trend.answer = answer.answer
where answer.amount > 0
order by answer.payer_id, answer.question, answer.amount desc, words
