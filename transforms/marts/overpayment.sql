-- grain: one row per claim family with any takeback, or that a letter asks money back for
-- order: claim_family_id
-- claim_family_id: the claim, in all its versions at this payer
-- claim_id: the first 837 claim that it answers; null if none is on file
-- payer_id: payer that takes back
-- payee_tin: tax id of the payee
-- identified_amount: what the payer says was overpaid: by reversal and correction, by its letter, or, where the letter
--     is not on file, by what it collected
-- recovered_amount: kept from checks, each dollar once whatever the shape
-- refunded_amount: paid back by the provider's check (72)
-- given_back_amount: returned by the payer: recoupments given back, excess refunds, claims raised again
-- forgiven_amount: no longer asked for, or no longer owed since an appeal was won
-- outstanding_amount: identified - recovered - refunded + given back - forgiven; below 0 too much was taken
-- cause: why, from the payer's reason and remark codes
-- cause_code: the code that said so
-- state: reversal_reported, partially_recovered, recovered, refunded_by_check, given_back, written_off,
--     over_recovered, or recovery_unproven where a delay in the lowered check that is tied to no claim may be this
--     claim's
--     By letters, refund checks and appeals on file also: noticed, due, disputed, appealed, refund_sent, closed (an
--     appeal was won before anything was taken), claim_back (won, and taken), expired (asked for later than a rule of
--     the user's allows)
-- identified_date: when the overpayment was first seen: in a letter or in a remittance
-- last_activity_date: when something last moved
-- paid_date: when the payment was made that was too much
-- days_from_payment_to_takeback: from then until the overpayment was first seen
-- days_open: from then until it was settled, or until the latest payment on file
with overpayment as (
    select
        claim_family_id,
        claim_id,
        payer_id,
        payee_tin,
        identified_amount,
        recovered_amount,
        refunded_amount,
        given_back_amount,
        forgiven_amount,
        outstanding_amount,
        cause,
        cause_code,
        state,
        identified_date,
        last_activity_date,
        debt_time.paid_date,
        datediff('day', debt_time.paid_date, identified_date) as days_from_payment_to_takeback,
        datediff(
            'day', identified_date,
            if(outstanding_amount > 0, as_of.payment_date, coalesce(debt_time.last_recovered_date, last_activity_date))
        ) as days_open,
    from ledger.overpayment
    join ledger.debt_time as debt_time using (claim_family_id)
    cross join staging.as_of as as_of
)

select * from overpayment
