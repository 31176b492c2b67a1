-- grain: one row per reversal whose payment is on file and that no payment of its family has corrected
with uncorrected_reversal as (
    select
        reversal.claim_payment_id as reversal_claim_payment_id,
        reversal.claim_payment_number as reversal_number,
        reversal.relation_number,
        undone.claim_payment_id as corrects_claim_payment_id,
        undone.control_key,
        undone.account_key,
        undone.member_key,
        undone.charge_amount,
        undone.service_date_from,
    from takebacks.claim_payment as reversal
    join staging.claim_payment as undone on undone.claim_payment_number = reversal.reverses_claim_payment_number
    anti join takebacks.correction as correction
        on correction.reversal_claim_payment_id = reversal.claim_payment_id
)

select * from uncorrected_reversal
