-- grain: one row per claim family with what its provider adjustments delayed, collected, refunded and gave back
with adjustment_change as (
    select
        claim_family_id,
        coalesce(sum(amount) filter (where kind = 'deferral'), 0) as deferred_amount,
        coalesce(sum(amount) filter (where kind = 'recoupment'), 0) as collected_amount,
        coalesce(-sum(amount) filter (where kind = 'refund'), 0) as refunded_amount,
        coalesce(-sum(amount) filter (where kind = 'excess_refund'), 0) as excess_amount,
        coalesce(-sum(amount) filter (where kind = 'give_back'), 0) as returned_amount,
        min(payment_date) as first_date,
        max(payment_date) as last_date,
    from ledger.claim_movement
    group by all
)

select * from adjustment_change
