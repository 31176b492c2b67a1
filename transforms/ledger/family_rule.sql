-- grain: one row per claim family and relation with the days that rules set for taking it back
-- line_of_business: as payer_rules.csv says it for the payer; medicare where the 835 itself says so (CLP06 MA or MB)
-- limit_count, limit_unit: after the payment; null where no rule is known to hold
--
-- The 835 does not say which law a plan is under, and an address does not either: a state's limit is looked up only for
-- payers that a user has put into payer_rules.csv, and never for claims that CLP06 gives to a government programme.
with payer_rule as (
    select relation.relation_number, rule.*
    from codes.payer_rules as rule
    join staging.relation_name as relation on relation.side = 'payer' and relation.name_key = normalised(rule.payer)
    qualify row_number() over (
        partition by relation.relation_number
        order by rule.payer, rule.line_of_business, rule.state, rule.due_days, rule.limit_count
    ) = 1
),

family as (
    select
        relation_number,
        claim_family_id,
        arg_max(claim_filing_indicator_code, claim_payment_number)
            filter (where claim_filing_indicator_code is not null) as claim_filing_indicator_code,
    from takebacks.claim_payment
    group by all
),

ruled as (
    select
        family.*,
        coalesce(
            rule.line_of_business, if(family.claim_filing_indicator_code in ('MA', 'MB'), 'medicare', null)
        ) as line_of_business,
        rule.state,
        rule.due_days,
        rule.recoupable_days,
        rule.appeal_days,
        rule.limit_count,
        rule.limit_unit,
        family.claim_filing_indicator_code in ('MA', 'MB', 'MC', '16', 'CH', 'OF', 'TV', 'VA') as is_government,
    from family
    left join payer_rule as rule using (relation_number)
),

calendar as (
    select
        line_of_business,
        max(days) filter (where step = 'due') as due_days,
        max(days) filter (where step = 'recoupable') as recoupable_days,
        max(days) filter (where step = 'first') as appeal_days,
        max(days) filter (where step = 'stop') as stop_days,
        max(days) filter (where step = 'second') as second_appeal_days,
    from (select * replace (cast(days as integer) as days) from codes.recoupment_calendar)
    group by all
),

state_limit as (
    select state, min(limit_count) as limit_count, min(limit_unit) as limit_unit, min(not_limited) as not_limited,
        min(source) as source
    from codes.recoupment_limits
    group by all
    having count(*) = 1
)

select
    ruled.relation_number,
    ruled.claim_family_id,
    ruled.claim_filing_indicator_code,
    ruled.line_of_business,
    coalesce(cast(ruled.due_days as integer), calendar.due_days) as due_days,
    coalesce(cast(ruled.recoupable_days as integer), calendar.recoupable_days) as recoupable_days,
    coalesce(cast(ruled.appeal_days as integer), calendar.appeal_days) as appeal_days,
    calendar.stop_days,
    calendar.second_appeal_days,
    cast(coalesce(ruled.limit_count, state_limit.limit_count) as integer) as limit_count,
    if(ruled.limit_count is not null, coalesce(ruled.limit_unit, 'days'), state_limit.limit_unit) as limit_unit,
    case
        when ruled.limit_count is not null then 'the limit that payer_rules.csv has for this payer'
        when state_limit.state is not null
            then 'the limit of ' || state_limit.state || ' (' || state_limit.source || ')'
                || coalesce(', which does not hold for ' || state_limit.not_limited, '')
    end as limit_words,
from ruled
left join calendar using (line_of_business)
left join state_limit
    on state_limit.state = ruled.state
    and coalesce(ruled.line_of_business, 'commercial') = 'commercial'
    and not coalesce(ruled.is_government, false)
