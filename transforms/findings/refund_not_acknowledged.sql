-- grain: one row per refund check's row that the payer has not acknowledged in time (codes/waiting_days.csv)
--
-- Days are counted to the latest payment on file.
with as_of as (
    select as_of.payment_date, max(cast(waiting.days as integer)) as days
    from staging.as_of as as_of
    cross join codes.waiting_days as waiting
    where waiting.what = 'refund'
    group by all
),

refund_not_acknowledged as (
    select
        'refund_not_acknowledged' as kind,
        refund.refund_id as about,
        refund.claim_family_id,
        cast(null as varchar) as remittance_id,
        cast(null as varchar) as provider_adjustment_id,
        money(refund.amount - refund.acknowledged_amount) as amount,
        'check ' || refund.check_number || ' of ' || refund.check_date || ' paid back ' || dollars(refund.amount)
        || coalesce(' for ' || name.family_name, coalesce(' for letter ' || refund.letter_number, ''))
        || if(
            refund.acknowledged_amount = 0, ', and no remittance has acknowledged it since, ',
            ', of which only ' || dollars(refund.acknowledged_amount) || ' is acknowledged, '
        ) || datediff('day', refund.check_date, as_of.payment_date) || ' days' as explanation,
    from ledger.refund as refund
    cross join as_of
    left join ledger.family_name as name using (claim_family_id)
    where
        refund.acknowledged_amount < refund.amount
        and datediff('day', refund.check_date, as_of.payment_date) > as_of.days
)

select * from refund_not_acknowledged
