-- grain: one row per reversal of a payment that is not on file
with reversal_without_payment as (
    select
        'reversal_without_payment' as kind,
        payment.claim_payment_id as about,
        payment.claim_family_id,
        payment.remittance_id,
        cast(null as varchar) as provider_adjustment_id,
        money(-payment.paid_amount) as amount,
        concat_ws(
            ' ', 'check', payment.trace_number, 'of', payment.payment_date, 'reversed', dollars(-payment.paid_amount),
            'for claim', payment.payer_claim_control_number, 'of account', payment.patient_control_number,
            'which no payment on file had paid: it may have been paid on paper, or to another provider'
        ) as explanation,
    from takebacks.claim_payment as payment
    where payment.role = 'reversal' and payment.reverses_claim_payment_id is null
)

select * from reversal_without_payment
