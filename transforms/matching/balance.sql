-- grain: one row per provider adjustment with how much of it is tied to claims
select
    kind.*,
    money(decided.amount) as matched_amount,
    money(kind.amount - money(decided.amount)) as unmatched_amount,
from matching.kind as kind
left join (
    select provider_adjustment_id, sum(amount) as amount
    from matching.decision
    group by all
) as decided using (provider_adjustment_id)
