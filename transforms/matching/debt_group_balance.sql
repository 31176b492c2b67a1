-- grain: one row per remittance that delayed recoveries and adjustment after which all of them together came to
--     open_amount, until the next one
with per_adjustment as (
    select relation_number, opened_in_remittance, provider_adjustment_number, sum(amount) as amount
    from matching.debt_movement
    group by all
)

select
    relation_number,
    opened_in_remittance,
    provider_adjustment_number as from_number,
    lead(provider_adjustment_number, 1, 9223372036854775807) over one_group as until_number,
    money(sum(amount) over one_group) as open_amount,
from per_adjustment
window one_group as (partition by relation_number, opened_in_remittance order by provider_adjustment_number)
