-- grain: one row per month, payer and measure: what a report of that month shows
-- order: month, payer_id, measure
-- month: first day of the month of the posting; of `identified` that in which the overpayment was first seen
-- payer_id: payer of the remittance, or of the claim family where an entry has no remittance
-- measure: an account of ledger_entry, or `identified`: what the payer says was overpaid
-- amount: sum of the postings, debits positive; or of the amounts identified
with posting as (
    select
        cast(date_trunc('month', entry.posting_date) as date) as month,
        coalesce(remittance.payer_id, overpayment.payer_id) as payer_id,
        entry.account as measure,
        entry.amount,
    from marts.ledger_entry as entry
    left join marts.remittance as remittance using (remittance_id)
    left join marts.overpayment as overpayment using (claim_family_id)
),

identified as (
    select
        cast(date_trunc('month', identified_date) as date) as month,
        payer_id,
        'identified' as measure,
        identified_amount as amount,
    from marts.overpayment
),

monthly_total as (
    select month, payer_id, measure, money(sum(amount)) as amount
    from (from posting union all by name from identified)
    where month is not null
    group by all
)

select * from monthly_total
