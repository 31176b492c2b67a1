-- grain: one row per decision of a person about a provider adjustment, once however often it was delivered
-- relation_number: that of the provider adjustment; null where none is on file
-- standing: of the decisions of the latest moment about this adjustment, the most careful kind counts (unlink before
--     dismiss before match); its rows stand, all others are superseded
with named as (
    select
        row_id('decision', [
            provider_adjustment_id, action, claim, amount::varchar, reason, decided_by, decided_at::varchar
        ]) as decision_id,
        * exclude (sha256, line_number, byte_start, byte_end),
        case action when 'unlink' then 1 when 'dismiss' then 2 else 3 end as place,
    from lake.decision
    qualify row_number() over (partition by decision_id order by sha256, line_number) = 1
)

select
    named.* exclude (place),
    adjustment.relation_number,
    decided_at = max(decided_at) over one_row
    and place = min(place) over (partition by provider_adjustment_id, decided_at) as standing,
from named
left join staging.provider_adjustment as adjustment using (provider_adjustment_id)
window one_row as (partition by provider_adjustment_id)
