-- grain: one row per payer, PLB code and layout of references in which a claim's number surely stood
-- scope: whole
-- wins: references in which it stood there
-- share: wins of all sure references of this payer and code
-- is_usual: this payer writes at least four of five references so, and at least five of them are sure
--
-- Nobody publishes layouts, so they are learned. The usual one speaks for a claim where a reference, cut in other ways,
-- names others as well.
with counted as (
    select
        payer_key,
        adjustment_reason_code,
        layout,
        names,
        count(*) as wins,
        sum(count(*)) over (partition by payer_key, adjustment_reason_code) as references_in_all,
        min(payment_date) as first_seen,
        max(payment_date) as last_seen,
    from matching.certain_layout
    group by payer_key, adjustment_reason_code, layout, names
)

select
    * exclude (references_in_all),
    cast(wins * 10000 // references_in_all as decimal(9, 0)) / 10000 as share,
    wins >= 5 and wins * 5 >= references_in_all * 4 as is_usual,
from counted
