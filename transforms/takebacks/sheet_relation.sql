-- grain: one row per notice, refund or dispute with the relation that it is about
-- scope: whole
-- row_id: the row of the sheet
-- relation_number: that of the claims that it names, else that of its payer and payee; null where it may be several
with stated as (
    select notice_id as row_id from staging.notice
    union all
    select refund_id from staging.refund
    union all
    select dispute_id from staging.dispute
),

claimed as (
    select row_id, relation_number from takebacks.named_claim
    union
    select refund_id, relation_number from takebacks.refund_claim
    union
    select dispute_id, relation_number from takebacks.dispute_claim
)

select stated.row_id, coalesce(claimed.relation_number, related.relation_number) as relation_number
from stated
left join claimed using (row_id)
left join takebacks.named_relation as related using (row_id)
