-- grain: one row per claim family with any takeback
-- order: claim_family_id
-- claim_family_id: the claim, in all its versions at this payer
-- claim_id: the first 837 claim that it answers; null if none is on file
-- payer_id: payer that takes back
-- payee_tin: tax id of the payee
-- identified_amount: what the payer says was overpaid: by reversal and correction, or by what it collected for a letter
-- recovered_amount: kept from checks, each dollar once whatever the shape
-- refunded_amount: paid back by the provider's check (72)
-- given_back_amount: returned by the payer: recoupments given back, excess refunds, claims raised again
-- forgiven_amount: no longer asked for
-- outstanding_amount: identified - recovered - refunded + given back - forgiven; below 0 too much was taken
-- cause: why, from the payer's reason and remark codes
-- cause_code: the code that said so
-- state: reversal_reported, partially_recovered, recovered, refunded_by_check, given_back, over_recovered,
--     or recovery_unproven where a delay in the lowered check that is tied to no claim may be this claim's
-- identified_date: when the overpayment was first seen
-- last_activity_date: when something last moved
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
    from ledger.overpayment
)

select * from overpayment
