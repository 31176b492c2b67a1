-- grain: one entry per shown claim family, and one per 837 claim of the same months that nothing has answered yet:
--     what happened to it, in order
insert into claim_entry
with payment as (
    select claim_payment.*, remittance.trace_number, remittance.payment_date,
        coalesce(remittance.payer_name, remittance.payer_id) as payer, file.file_name
    from claim_payment
    join remittance using (remittance_id)
    left join (
        select sha256, min(file_name) as file_name from delivery where status <> 'duplicate' group by all
    ) as file using (sha256)
    where claim_payment.claim_family_id in (from slice_family)
),

unanswered as (
    select claim.*
    from claim
    cross join window_start
    where
        hash(claim.claim_id) % getvariable('slices') = getvariable('slice')
        and claim.claim_id not in (select claim_id from claim_payment where claim_id is not null)
        and coalesce(claim.submitted_on, claim.service_date_from) >= window_start.first_day
),

answered as (
    select claim_family_id, claim_id
    from payment
    where claim_id is not null
    group by all
    union all
    select claim_id as claim_family_id, claim_id
    from unanswered
),

change as (
    select
        adjustment.claim_payment_id,
        list(
            json_array(
                adjustment.group_code || '-' || adjustment.reason_code, cents(adjustment.amount),
                adjustment.denial_category
            )
            order by abs(adjustment.amount) desc, adjustment.group_code, adjustment.reason_code
        )[:8] as reasons,
    from (
        select claim_payment_id, group_code, reason_code, denial_category, sum(amount) as amount
        from adjustment
        where claim_payment_id in (select claim_payment_id from payment)
        group by all
    ) as adjustment
    group by all
),

-- What stands in no X12 file: letters, refund checks, appeals, a person's decisions.
paper as (
    select
        claim_family_id,
        letter_date as day,
        notice_id as id,
        'notice' as what,
        amount,
        concat_ws(', ', coalesce(letter_level, 'letter') || coalesce(' ' || letter_number, ''), reason) as words,
        concat_ws(
            ', ', 'due ' || due_date, 'may be withheld from ' || recoupable_date, 'appeal by ' || appeal_deadline
        ) as why,
    from notice
    union all
    select
        claim_family_id, check_date, refund_id, 'refund_check', amount, 'check ' || check_number,
        'acknowledged ' || acknowledged_amount,
    from refund
    union all
    select
        claim_family_id, filed_date, dispute_id, 'dispute', amount, dispute_level,
        concat_ws(', ', outcome || coalesce(' on ' || outcome_date, ''), 'next appeal by ' || next_appeal_deadline),
    from dispute
    union all
    select claim_family_id, cast(decided_at as date), decision_id, 'decision', amount, action, reason
    from decision
    where outcome = 'applied'
),

event as (
    select
        answered.claim_family_id,
        coalesce(claim.submitted_on, claim.service_date_from) as day,
        1 as place,
        claim.claim_id as id,
        {
            'what': 'claim', 'day': coalesce(claim.submitted_on, claim.service_date_from),
            'amount': cents(claim.total_charge_amount),
            'words': concat_ws(' ', 'sent to', claim.payer_name),
            'why': cast(null as varchar), 'kind': claim.claim_kind, 'charge': cast(null as bigint),
            'check': cast(null as varchar), 'trace': cast(null as varchar), 'reasons': cast([] as json[]),
            'text': segment.text, 'from': segment.byte_start, 'to': segment.byte_end,
            'file': cast(null as varchar)
        } as event,
    from answered
    join claim using (claim_id)
    left join segment on segment.place_id = claim.claim_id
    union all
    select
        payment.claim_family_id,
        payment.payment_date as day,
        2 as place,
        payment.claim_payment_id as id,
        {
            'what': payment.role, 'day': payment.payment_date, 'amount': cents(payment.paid_amount),
            'words': concat_ws(
                ', ', 'claim number ' || payment.payer_claim_control_number, 'status ' || payment.claim_status_code
            ),
            'why': null, 'kind': null, 'charge': cents(payment.charge_amount),
            'check': payment.remittance_id, 'trace': payment.trace_number, 'reasons': coalesce(change.reasons, []),
            'text': segment.text, 'from': segment.byte_start, 'to': segment.byte_end, 'file': payment.file_name
        } as event,
    from payment
    left join change using (claim_payment_id)
    left join segment on segment.place_id = payment.claim_payment_id
    union all
    select
        match.claim_family_id,
        remittance.payment_date as day,
        3 as place,
        match.provider_adjustment_id as id,
        {
            'what': adjustment.kind, 'day': remittance.payment_date, 'amount': cents(-match.amount),
            'words': concat_ws(' ', 'PLB', adjustment.adjustment_reason_code, adjustment.reference_id),
            'why': concat_ws(': ', 'by ' || replace(match.rule, '_', ' '), match.evidence),
            'kind': null, 'charge': null,
            'check': remittance.remittance_id, 'trace': remittance.trace_number, 'reasons': [],
            'text': segment.text, 'from': segment.byte_start, 'to': segment.byte_end, 'file': null
        } as event,
    from takeback_match as match
    join provider_adjustment as adjustment using (provider_adjustment_id)
    join remittance using (remittance_id)
    left join segment on segment.place_id = regexp_replace(match.provider_adjustment_id, '-[0-9]+$', '')
    where match.claim_family_id in (from slice_family)
    union all
    select
        part.claim_family_id,
        remittance.payment_date as day,
        4 as place,
        part.provider_adjustment_id || '-' || part.part_ordinal as id,
        {
            'what': adjustment.kind, 'day': remittance.payment_date, 'amount': cents(-part.amount),
            'words': concat_ws(' ', 'part of PLB', adjustment.adjustment_reason_code, adjustment.reference_id),
            'why': 'a balance pays for the oldest taking first; this part goes back to check '
            || part.source_trace_number,
            'kind': null, 'charge': null,
            'check': remittance.remittance_id, 'trace': remittance.trace_number, 'reasons': [],
            'text': segment.text, 'from': segment.byte_start, 'to': segment.byte_end, 'file': null
        } as event,
    from forward_balance_part as part
    join provider_adjustment as adjustment using (provider_adjustment_id)
    join remittance using (remittance_id)
    left join segment on segment.place_id = regexp_replace(part.provider_adjustment_id, '-[0-9]+$', '')
    where part.claim_family_id in (from slice_family)
    union all
    select
        paper.claim_family_id,
        paper.day,
        5 as place,
        paper.id,
        {
            'what': paper.what, 'day': paper.day, 'amount': cents(paper.amount), 'words': paper.words,
            'why': paper.why, 'kind': null, 'charge': null, 'check': null, 'trace': null, 'reasons': [],
            'text': null, 'from': null, 'to': null, 'file': null
        } as event,
    from paper
    where paper.claim_family_id in (from slice_family)
),

events as (
    select claim_family_id, list(event order by day nulls first, place, id) as events
    from event
    group by all
),

newest as (
    select * from family_label where claim_family_id in (from slice_family)
    union all
    select claim_id, coalesce(patient_control_number, ''), '', payer_name, 0 from unanswered
),

patient as (
    select
        answered.claim_family_id,
        min(concat_ws(', ', claim.patient_last_name, claim.patient_first_name)) as patient,
        min(claim.service_date_from) as service_from,
        max(claim.service_date_to) as service_to,
    from answered
    join claim using (claim_id)
    group by all
),

findings as (
    select
        claim_family_id,
        list({'kind': kind, 'amount': cents(amount), 'words': explanation} order by finding_id) as findings,
    from finding
    where claim_family_id is not null
    group by all
)

select
    newest.claim_family_id as key,
    to_json({
        'account': nullif(newest.account, ''), 'number': nullif(newest.number, ''), 'payer': newest.payer, 'paid': cents(newest.paid),
        'patient': nullif(patient.patient, ''), 'service_from': patient.service_from, 'service_to': patient.service_to,
        'events': coalesce(events.events, []),
        'debt': if(
            overpayment.claim_family_id is null, null,
            {
                'identified': cents(overpayment.identified_amount), 'recovered': cents(overpayment.recovered_amount),
                'refunded': cents(overpayment.refunded_amount), 'given_back': cents(overpayment.given_back_amount),
                'forgiven': cents(overpayment.forgiven_amount), 'outstanding': cents(overpayment.outstanding_amount),
                'cause': overpayment.cause, 'state': overpayment.state
            }
        ),
        'findings': coalesce(findings.findings, [])
    }) as value,
from newest
left join events using (claim_family_id)
left join patient using (claim_family_id)
left join overpayment using (claim_family_id)
left join findings using (claim_family_id);
