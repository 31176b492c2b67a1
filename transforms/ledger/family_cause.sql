-- grain: one row per claim family whose last reversal that took money has a cause
with family_cause as (
    select
        cycle.claim_family_id,
        arg_max(cause.cause, cycle.claim_payment_number) as cause,
        arg_max(cause.because_of, cycle.claim_payment_number) as because_of,
    from ledger.cause as cause
    join ledger.cycle as cycle using (reversal_claim_payment_id)
    group by all
)

select * from family_cause
