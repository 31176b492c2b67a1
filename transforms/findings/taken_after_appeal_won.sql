-- grain: one row per recoupment of a claim whose appeal had been won before
with won as (
    select claim_family_id, min(coalesce(outcome_date, filed_date)) as won_date
    from ledger.dispute
    where outcome = 'won' and claim_family_id is not null
    group by all
),

taken_after_appeal_won as (
    select
        'taken_after_appeal_won' as kind,
        concat_ws('-', taking.claim_family_id, taking.provider_adjustment_id) as about,
        taking.claim_family_id,
        taking.remittance_id,
        taking.provider_adjustment_id,
        taking.amount,
        taking.words || ', though an appeal about it had been won on ' || won.won_date as explanation,
    from ledger.taking as taking
    join won using (claim_family_id)
    join ledger.overpayment as overpayment using (claim_family_id)
    where won.won_date < taking.payment_date and overpayment.outstanding_amount < 0
)

select * from taken_after_appeal_won
