-- grain: one row per claim family in which something was taken or changed, as a biller would name it
with concerned as (
    select claim_family_id from ledger.overpayment
    union
    select claim_family_id from ledger.cycle
    union
    select claim_family_id from ledger.process
),

family_name as (
    select
        claim_family_id,
        concat_ws(
            ' ', 'claim', arg_max(payer_claim_control_number, claim_payment_number),
            'of account', arg_max(patient_control_number, claim_payment_number)
        ) as family_name,
    from takebacks.claim_payment
    semi join concerned using (claim_family_id)
    group by all
    union all
    select 'family-' || claim.claim_id, 'claim of account ' || claim.patient_control_number
    from staging.claim as claim
    semi join concerned on concerned.claim_family_id = 'family-' || claim.claim_id
    anti join takebacks.claim_payment as payment on payment.claim_family_id = 'family-' || claim.claim_id
)

select * from family_name
