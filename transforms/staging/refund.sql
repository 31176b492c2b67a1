-- grain: one row per letter or claim that a check of the provider's pays back, once however often it was delivered
with named as (
    select
        row_id('refund', [
            normalised(payer), normalised(payee), check_number, check_date::varchar, amount::varchar, letter_number,
            payer_claim_control_number, patient_control_number, service_date::varchar
        ]) as refund_id,
        * exclude (sha256, line_number, byte_start, byte_end),
        normalised(payer) as payer_key,
        normalised(payee) as payee_key,
        normalised(letter_number) as letter_key,
        normalised(payer_claim_control_number) as control_key,
        normalised(patient_control_number) as account_key,
    from lake.refund
)

select *
from named
qualify row_number() over (partition by refund_id order by payer, payee) = 1
