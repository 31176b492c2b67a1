-- grain: one row per notice, refund or dispute and claim family that it names
-- row_id: the row of the sheet
-- how: which number named it
--
-- The payer's number of the claim counts first, else the account number, with the day of service where it is given. A
-- row that may mean several claims means none: it stands there without a claim until somebody says more.
with stated as (
    select notice_id as row_id, payer_key, payee_key, control_key, account_key, service_date, letter_date as day
    from staging.notice
    union all
    select refund_id, payer_key, payee_key, control_key, account_key, service_date, check_date
    from staging.refund
    union all
    select dispute_id, payer_key, payee_key, control_key, account_key, service_date, filed_date
    from staging.dispute
),

related as (
    select stated.*, payer.relation_number
    from stated
    join staging.relation_name as payer on payer.side = 'payer' and payer.name_key = stated.payer_key
    left join staging.relation_name as payee
        on payee.side = 'payee'
        and payee.relation_number = payer.relation_number
        and payee.name_key = stated.payee_key
    where stated.payee_key is null or payee.relation_number is not null
),

hit as (
    select
        related.row_id,
        identifier.relation_number,
        identifier.claim_family_id,
        identifier.family_number,
        identifier.claim_payment_number,
        related.service_date,
        if(identifier.kind = 'patient_control_number', 2, 1) as place,
        identifier.kind,
    from related
    join takebacks.identifier as identifier
        on identifier.relation_number = related.relation_number
        and identifier.token = if(
            identifier.kind = 'patient_control_number', related.account_key, related.control_key
        )
),

dated as (
    select hit.*
    from hit
    where
        place = 1
        or service_date is null
        or exists (
            from takebacks.claim_payment as payment
            where payment.family_number = hit.family_number and payment.service_date_from = hit.service_date
        )
),

best as (
    select *
    from dated
    qualify place = min(place) over (partition by row_id)
),

named_claim as (
    select row_id, relation_number, claim_family_id, max(claim_payment_number) as claim_payment_number, max(kind) as how
    from best
    group by row_id, relation_number, claim_family_id
    qualify count(*) over (partition by row_id) = 1
)

select * from named_claim
