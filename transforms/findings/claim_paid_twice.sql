-- grain: one row per claim payment that pays once more what had been paid already
--
-- Both payments stand: neither was reversed or replaced, and they read the same. What the payer has asked back since,
-- but for what reversals lowered, is no longer in question. What it took since to the cent, and nothing ties to a
-- claim, may be that: whoever refunds must look.
with again as (
    select
        *,
        lag(trace_number) over same_claim as earlier_trace_number,
        lag(payment_date) over same_claim as earlier_date,
        sum(paid_amount) over same_claim - first_value(paid_amount) over same_claim as paid_again,
    from takebacks.standing_payment
    window same_claim as (
        partition by claim_family_id, charge_amount, service_date_from, service_date_to order by claim_payment_number
    )
    qualify row_number() over same_claim > 1
),

unproven as (
    select again.claim_payment_id, min_by(kind.trace_number, kind.provider_adjustment_number) as trace_number
    from again
    join matching.kind as kind
        on kind.relation_number = again.relation_number
        and kind.amount in (again.paid_amount, again.paid_again)
        and kind.payment_date >= again.payment_date
    join matching.suspense as suspense
        on suspense.provider_adjustment_id = kind.provider_adjustment_id and suspense.amount = kind.amount
    where kind.kind = 'recoupment'
    group by all
),

claim_paid_twice as (
    select
        'claim_paid_twice' as kind,
        again.claim_payment_id as about,
        again.claim_family_id,
        again.remittance_id,
        cast(null as varchar) as provider_adjustment_id,
        least(again.paid_amount, again.paid_again - money(overpayment.demanded_amount)) as amount,
        concat_ws(' ', 'check', again.trace_number, 'of', again.payment_date, 'paid') || ' '
        || dollars(again.paid_amount)
        || concat_ws(
            ' ', ' for claim', again.payer_claim_control_number, 'of account', again.patient_control_number,
            'which check', again.earlier_trace_number, 'of', again.earlier_date, 'had paid already'
        )
        || ': expect a takeback, or refund ' || dollars(again.paid_again - money(overpayment.demanded_amount))
        || coalesce(
            '; check ' || unproven.trace_number || ' took as much since and is tied to no claim: '
            || 'look whether that was it', ''
        ) as explanation,
    from again
    left join unproven using (claim_payment_id)
    left join ledger.overpayment as overpayment using (claim_family_id)
    where again.paid_again > money(overpayment.demanded_amount)
)

select * from claim_paid_twice
