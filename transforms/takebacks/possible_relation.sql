-- grain: one row per notice, refund or dispute and relation that it may be about, with the numbers that it gives
-- scope: whole
-- row_id: the row of the sheet
--
-- Payer and payee are what the row says; where it names no payee, any payee of the payer may be meant.
with stated as (
    select notice_id as row_id, payer_key, payee_key, control_key, account_key, service_date from staging.notice
    union all
    select refund_id, payer_key, payee_key, control_key, account_key, service_date from staging.refund
    union all
    select dispute_id, payer_key, payee_key, control_key, account_key, service_date from staging.dispute
),

possible_relation as (
    select stated.row_id, payer.relation_number, stated.control_key, stated.account_key, stated.service_date
    from stated
    join staging.relation_name as payer on payer.side = 'payer' and payer.name_key = stated.payer_key
    left join staging.relation_name as payee
        on payee.side = 'payee'
        and payee.relation_number = payer.relation_number
        and payee.name_key = stated.payee_key
    where stated.payee_key is null or payee.relation_number is not null
)

select * from possible_relation
