-- grain: one row per step of the checks with a trace number
-- says: why a check was short: from the claims paid to the amount of the check, with a running amount and the claims
create macro check_story(number) as table
    with tied as (
        select
            match.provider_adjustment_id,
            string_agg(
                concat_ws(' ', match.amount, 'for account', payment.patient_control_number, 'claim',
                    payment.payer_claim_control_number, 'paid in', payment.trace_number), '; '
                order by match.claim_family_id
            ) as claims,
        from takeback_match as match
        left join claim_payment as payment using (claim_payment_id)
        group by all
    )

    select
        remittance.trace_number,
        remittance.payer_name,
        remittance.payment_date,
        step.step_ordinal,
        step.step_kind,
        step.amount,
        cast(
            sum(step.amount) over (partition by step.remittance_id order by step.step_ordinal) as decimal(18, 2)
        ) as so_far,
        remittance.payment_amount,
        adjustment.adjustment_reason_code,
        adjustment.reference_id,
        tied.claims,
        step.explanation,
    from remittance_step as step
    join remittance using (remittance_id)
    left join provider_adjustment as adjustment using (provider_adjustment_id)
    left join tied using (provider_adjustment_id)
    where same_number(remittance.trace_number, number) or remittance.remittance_id = number
    order by remittance.payment_date, step.remittance_id, step.step_ordinal;
