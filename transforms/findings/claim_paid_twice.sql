-- grain: one row per claim payment that pays once more what had been paid already
--
-- Both payments stand: neither was reversed or replaced, and they read the same. What the payer took since to the
-- cent, and nothing ties to a claim, may be that: whoever refunds must look.
with unproven as (
    select claim_payment_id, string_agg(trace_number, ', ' order by provider_adjustment_number) as trace_numbers
    from ledger.maybe_taken
    group by all
),

claim_paid_twice as (
    select
        'claim_paid_twice' as kind,
        again.claim_payment_id as about,
        again.claim_family_id,
        again.remittance_id,
        cast(null as varchar) as provider_adjustment_id,
        again.amount,
        concat_ws(
            ' ', 'check', again.trace_number, 'of ' || again.payment_date, 'paid', dollars(again.paid_amount),
            'for claim', again.payer_claim_control_number, 'of account', again.patient_control_number,
            'which check', coalesce(again.other_trace_number, 'without a number'), 'of ' || again.other_date,
            if(again.other_is_later, 'paid as well', 'had paid already')
        )
        || ': expect a takeback, or refund ' || dollars(again.owed_amount)
        || coalesce(
            '; check ' || unproven.trace_numbers || ' took as much since without a tie to any claim: '
            || 'look whether that was it', ''
        ) as explanation,
    from ledger.paid_twice as again
    left join unproven using (claim_payment_id)
)

select * from claim_paid_twice
