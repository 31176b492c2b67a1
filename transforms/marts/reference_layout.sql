-- grain: one row per payer, PLB code and layout of references in which a claim's number surely stood
-- order: payer_id, adjustment_reason_code, wins, layout, names
-- payer_id: payer (N104, else TRN03)
-- adjustment_reason_code: PLB code
-- layout: how the reference is cut to find the number: whole, part 2, fixed 1-19, word 1 before a date, run together
-- names: what the number is: payer claim control number, original reference number, patient control number
-- wins: sure references in which it stood there
-- share: wins of all sure references of this payer and code, 0 to 1
-- first_seen: first payment date of such a reference
-- last_seen: latest payment date of such a reference
with payer as (
    select payer_key, min(payer_id) as payer_id
    from staging.remittance
    group by all
),

reference_layout as (
    select
        payer.payer_id,
        layout.adjustment_reason_code,
        layout.layout,
        layout.names,
        layout.wins,
        cast(layout.share as decimal(5, 4)) as share,
        layout.first_seen,
        layout.last_seen,
    from matching.reference_layout as layout
    join payer using (payer_key)
)

select * from reference_layout
