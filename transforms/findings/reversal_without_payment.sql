-- grain: one row per reversal of a payment that is not on file
--
-- Some payers repeat a negative in the next check instead of moving the rest forward (X12 RFI 1604), others reverse a
-- claim twice by mistake: where an earlier reversal of this number took as much already, the payment that it undid is
-- on file, and the question is another one.
with earlier as (
    select
        again.claim_payment_id,
        undone.trace_number,
        undone.payment_date,
    from takebacks.claim_payment as again
    join takebacks.claim_payment as undone
        on undone.family_number = again.family_number
        and undone.control_key is not distinct from again.control_key
        and undone.paid_amount = again.paid_amount
        and undone.claim_payment_number < again.claim_payment_number
    where
        again.role = 'reversal'
        and again.reverses_claim_payment_id is null
        and undone.reverses_claim_payment_id is not null
    qualify row_number() over (
        partition by again.claim_payment_id order by undone.claim_payment_number desc
    ) = 1
),

reversal_without_payment as (
    select
        'reversal_without_payment' as kind,
        payment.claim_payment_id as about,
        payment.claim_family_id,
        payment.remittance_id,
        cast(null as varchar) as provider_adjustment_id,
        money(-payment.paid_amount) as amount,
        concat_ws(
            ' ', 'check', payment.trace_number, 'of ' || payment.payment_date, 'reversed',
            dollars(-payment.paid_amount), 'for claim', payment.payer_claim_control_number, 'of account',
            payment.patient_control_number,
            if(
                earlier.claim_payment_id is null,
                'which no payment on file had paid: it may have been paid on paper, or to another provider',
                concat_ws(
                    ' ', 'which check', coalesce(earlier.trace_number, 'without a number'),
                    'of ' || earlier.payment_date, 'had reversed already'
                ) || if(payment.paid_amount = 0, '', ': ask whether it was taken twice')
            )
        ) as explanation,
    from takebacks.claim_payment as payment
    left join earlier using (claim_payment_id)
    where payment.role = 'reversal' and payment.reverses_claim_payment_id is null
)

select * from reversal_without_payment
