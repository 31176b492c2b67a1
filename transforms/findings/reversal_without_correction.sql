-- grain: one row per reversal that took money and that no correction has followed
--
-- It waits for its correction as long as codes/waiting_days.csv says, and for good where the provider voided the claim,
-- or where the right provider was paid instead (correction_elsewhere).
-- Days are counted to the latest payment on file.
with as_of as (
    select as_of.payment_date, max(cast(waiting.days as integer)) as days
    from staging.as_of as as_of
    cross join codes.waiting_days as waiting
    where waiting.what = 'correction'
    group by all
),

reversal_without_correction as (
    select
        'reversal_without_correction' as kind,
        cycle.reversal_claim_payment_id as about,
        cycle.claim_family_id,
        cycle.remittance_id,
        cast(null as varchar) as provider_adjustment_id,
        money(-cycle.change_amount) as amount,
        'check ' || coalesce(remittance.trace_number, 'without a number') || ' of ' || cycle.payment_date
        || ' reversed ' || dollars(-cycle.change_amount) || ' for ' || name.family_name
        || ', and no correction has come since, ' || datediff('day', cycle.payment_date, as_of.payment_date)
        || ' days' as explanation,
    from ledger.cycle as cycle
    cross join as_of
    join staging.remittance as remittance using (remittance_id)
    join ledger.family_name as name using (claim_family_id)
    left join ledger.cause as cause using (reversal_claim_payment_id)
    anti join takebacks.correction_elsewhere as elsewhere
        on elsewhere.reversal_claim_payment_id = cycle.reversal_claim_payment_id
    where
        cycle.correction_claim_payment_id is null
        and cycle.change_amount < 0
        and datediff('day', cycle.payment_date, as_of.payment_date) > as_of.days
        and coalesce(cause.cause, '') <> 'provider_void'
)

select * from reversal_without_correction
