-- grain: one row per notice, refund or dispute whose payer and payee are one relation on file
-- row_id: the row of the sheet
with stated as (
    select notice_id as row_id, payer_key, payee_key from staging.notice
    union all
    select refund_id, payer_key, payee_key from staging.refund
    union all
    select dispute_id, payer_key, payee_key from staging.dispute
),

named_relation as (
    select stated.row_id, min(payer.relation_number) as relation_number
    from stated
    join staging.relation_name as payer on payer.side = 'payer' and payer.name_key = stated.payer_key
    left join staging.relation_name as payee
        on payee.side = 'payee'
        and payee.relation_number = payer.relation_number
        and payee.name_key = stated.payee_key
    where stated.payee_key is null or payee.relation_number is not null
    group by all
    having count(distinct payer.relation_number) = 1
)

select * from named_relation
