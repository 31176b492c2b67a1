-- grain: one entry per shown remittance: its steps from the claims paid to BPR02, each with its evidence
--
-- Money is in integer cents, so that the pages never meet a float.
insert into check_entry
with slice_adjustment as (
    select provider_adjustment_id
    from provider_adjustment
    where remittance_id in (select remittance_id from slice_remittance)
),

tied as (
    select
        match.provider_adjustment_id,
        list(
            {
                'family': match.claim_family_id,
                'account': coalesce(payment.patient_control_number, family.account),
                'number': coalesce(payment.payer_claim_control_number, family.number),
                'amount': cents(match.amount),
                'rule': match.rule,
                'sure': cast(round(match.confidence * 100) as integer),
                'evidence': match.evidence,
                'check': payment.remittance_id,
                'trace': remittance.trace_number,
                'paid': remittance.payment_date
            }
            order by match.claim_family_id
        ) as claims,
    from takeback_match as match
    left join claim_payment as payment using (claim_payment_id)
    left join remittance using (remittance_id)
    left join family_label as family on family.claim_family_id = match.claim_family_id
    where match.provider_adjustment_id in (from slice_adjustment)
    group by all
),

-- What a balance moved to or from another check is made of.
moved as (
    select
        part.provider_adjustment_id,
        list(
            {
                'kind': part.source_kind,
                'amount': cents(part.amount),
                'family': part.claim_family_id,
                'account': family.account,
                'number': family.number,
                'check': part.source_remittance_id,
                'trace': part.source_trace_number
            }
            order by part.part_ordinal
        ) as parts,
    from forward_balance_part as part
    left join family_label as family using (claim_family_id)
    where part.provider_adjustment_id in (from slice_adjustment)
    group by all
),

candidate as (
    select provider_adjustment_id, unnest(candidates) as claim_family_id
    from suspense
),

open_part as (
    select
        suspense.provider_adjustment_id,
        any_value({
            'amount': cents(suspense.amount), 'reason': suspense.reason, 'days': suspense.age_days
        }) as open_part,
        list(
            {'family': candidate.claim_family_id, 'account': family.account, 'number': family.number}
            order by candidate.claim_family_id
        ) filter (where candidate.claim_family_id is not null) as candidates,
    from suspense
    left join candidate using (provider_adjustment_id)
    left join family_label as family using (claim_family_id)
    where suspense.provider_adjustment_id in (from slice_adjustment)
    group by all
),

-- A step of a changed claim is one reversal or one correction; in a remittance they stand in the same order.
changed as (
    select
        claim_payment_id,
        remittance_id,
        claim_family_id,
        row_number() over (partition by remittance_id, claim_family_id order by claim_ordinal) as place,
    from claim_payment
    where role <> 'original' and remittance_id in (select remittance_id from slice_remittance)
),

step as (
    select
        step.*,
        if(
            step.step_kind in ('claim_lowered', 'claim_raised'),
            row_number() over (
                partition by
                    step.remittance_id, step.claim_family_id, step.step_kind in ('claim_lowered', 'claim_raised')
                order by step.step_ordinal
            ), null
        ) as place,
    from remittance_step as step
    where step.remittance_id in (select remittance_id from slice_remittance)
),

steps as (
    select
        step.remittance_id,
        list(
            {
                'kind': step.step_kind,
                'amount': cents(step.amount),
                'words': step.explanation,
                'code': adjustment.adjustment_reason_code,
                'reference': adjustment.reference_id,
                'family': step.claim_family_id,
                'claims': tied.claims,
                'parts': moved.parts,
                'open': open_part.open_part,
                'candidates': open_part.candidates,
                'text': segment.text,
                'from': segment.byte_start,
                'to': segment.byte_end
            }
            order by step.step_ordinal
        ) as steps,
    from step
    left join provider_adjustment as adjustment using (provider_adjustment_id)
    left join tied using (provider_adjustment_id)
    left join moved using (provider_adjustment_id)
    left join open_part using (provider_adjustment_id)
    left join changed
        on changed.remittance_id = step.remittance_id
        and changed.claim_family_id = step.claim_family_id
        and changed.place = step.place
    left join segment
        on segment.place_id = coalesce(
            changed.claim_payment_id, regexp_replace(step.provider_adjustment_id, '-[0-9]+$', '')
        )
    group by all
),

claims as (
    select
        payment.remittance_id,
        list(
            json_array(
                payment.claim_family_id, payment.patient_control_number, payment.payer_claim_control_number,
                payment.claim_status_code, cents(payment.charge_amount), cents(payment.paid_amount), payment.role,
                segment.byte_start, segment.byte_end, segment.text
            )
            order by payment.claim_ordinal
        ) as claims,
    from claim_payment as payment
    left join segment on segment.place_id = payment.claim_payment_id
    where payment.remittance_id in (select remittance_id from slice_remittance)
    group by all
),

findings as (
    select
        remittance_id,
        list({'kind': kind, 'amount': cents(amount), 'words': explanation} order by finding_id) as findings,
    from finding
    where remittance_id is not null
    group by all
)

select
    remittance.remittance_id as key,
    to_json({
        'trace': remittance.trace_number,
        'payer': coalesce(remittance.payer_name, remittance.payer_id),
        'payer_id': remittance.payer_id,
        'payee': remittance.payee_npi,
        'tin': remittance.payee_tin,
        'date': remittance.payment_date,
        'method': remittance.payment_method_code,
        'paid': cents(remittance.payment_amount),
        'claims_total': cents(remittance.claim_payment_total),
        'adjustments_total': cents(remittance.provider_adjustment_total),
        'imbalance': cents(remittance.imbalance_amount),
        'file': remittance.file_name,
        'sha256': remittance.sha256,
        'from': remittance.byte_start,
        'to': remittance.byte_end,
        'steps': coalesce(steps.steps, []),
        'claims': coalesce(claims.claims, []),
        'findings': coalesce(findings.findings, [])
    }) as value,
from slice_remittance as remittance
left join steps using (remittance_id)
left join claims using (remittance_id)
left join findings using (remittance_id);
