-- grain: one row per payer, PLB code and layout in which its references name claims, the most frequent first
select
    payer_id,
    adjustment_reason_code as code,
    layout,
    replace(names, '_', ' ') as names,
    wins,
    share * 100 as percent,
    first_seen,
    last_seen,
from reference_layout
order by payer_id, code, wins desc, layout, names
