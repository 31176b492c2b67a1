-- grain: one row per kind of provider adjustment in the months that the pages show, the largest first
select
    replace(adjustment.kind, '_', ' ') as kind,
    count(*) as pairs,
    sum(adjustment.amount) as amount,
    sum(adjustment.matched_amount) as matched,
    sum(adjustment.unmatched_amount) as unmatched,
from provider_adjustment as adjustment
where adjustment.remittance_id in (select remittance_id from shown_remittance)
group by all
order by sum(abs(adjustment.amount)) desc, kind
