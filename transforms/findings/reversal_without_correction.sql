-- grain: one row per reversal that took money and that no correction has followed
--
-- A reversal waits a month for its correction before anyone is alarmed, and for good where the provider voided the
-- claim.
with as_of as (
    select max(payment_date) as payment_date
    from staging.remittance
),

reversal_without_correction as (
    select
        'reversal_without_correction' as kind,
        cycle.reversal_claim_payment_id as about,
        cycle.claim_family_id,
        cycle.remittance_id,
        cast(null as varchar) as provider_adjustment_id,
        money(-cycle.change_amount) as amount,
        'reversed on ' || cycle.payment_date || ' and not corrected since, '
        || datediff('day', cycle.payment_date, as_of.payment_date) || ' days' as explanation,
    from ledger.cycle as cycle
    cross join as_of
    left join ledger.cause as cause using (reversal_claim_payment_id)
    where
        cycle.correction_claim_payment_id is null
        and cycle.change_amount < 0
        and datediff('day', cycle.payment_date, as_of.payment_date) > 30
        and coalesce(cause.cause, '') <> 'provider_void'
)

select * from reversal_without_correction
