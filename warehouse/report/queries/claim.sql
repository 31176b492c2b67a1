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

-- Each kind of event names what it knows; the rest stays empty. `place_id` is the segment that the page quotes.
event as (
    select
        answered.claim_family_id,
        1 as place,
        claim.claim_id as id,
        'claim' as what,
        coalesce(claim.submitted_on, claim.service_date_from) as day,
        claim.total_charge_amount as amount,
        concat_ws(' ', 'sent to', claim.payer_name) as words,
        claim.claim_kind as kind,
        claim.claim_id as place_id,
    from answered
    join claim using (claim_id)
    union all by name
    select
        payment.claim_family_id,
        2 as place,
        payment.claim_payment_id as id,
        payment.role as what,
        payment.payment_date as day,
        payment.paid_amount as amount,
        concat_ws(
            ', ', 'claim number ' || payment.payer_claim_control_number, 'status ' || payment.claim_status_code
        ) as words,
        payment.charge_amount as charge,
        payment.remittance_id,
        change.reasons,
        payment.claim_payment_id as place_id,
        payment.file_name as file,
    from payment
    left join change using (claim_payment_id)
    union all by name
    select
        match.claim_family_id,
        3 as place,
        match.provider_adjustment_id as id,
        adjustment.kind as what,
        -match.amount as amount,
        concat_ws(' ', 'PLB', adjustment.adjustment_reason_code, adjustment.reference_id) as words,
        concat_ws(': ', 'by ' || replace(match.rule, '_', ' '), match.evidence) as why,
        adjustment.remittance_id,
        regexp_replace(match.provider_adjustment_id, '-[0-9]+$', '') as place_id,
    from takeback_match as match
    join provider_adjustment as adjustment using (provider_adjustment_id)
    where match.claim_family_id in (from slice_family)
    union all by name
    select
        part.claim_family_id,
        4 as place,
        part.provider_adjustment_id || '-' || part.part_ordinal as id,
        adjustment.kind as what,
        -part.amount as amount,
        concat_ws(' ', 'part of PLB', adjustment.adjustment_reason_code, adjustment.reference_id) as words,
        'a balance pays for the oldest taking first; this part goes back to check ' || part.source_trace_number as why,
        adjustment.remittance_id,
        regexp_replace(part.provider_adjustment_id, '-[0-9]+$', '') as place_id,
    from forward_balance_part as part
    join provider_adjustment as adjustment using (provider_adjustment_id)
    where part.claim_family_id in (from slice_family)
    union all by name
    -- What stands in no X12 file: letters, refund checks, appeals, a person's decisions.
    select
        claim_family_id,
        5 as place,
        notice_id as id,
        'notice' as what,
        letter_date as day,
        amount,
        concat_ws(', ', coalesce(letter_level, 'letter') || coalesce(' ' || letter_number, ''), reason) as words,
        concat_ws(
            ', ', 'due ' || due_date, 'may be withheld from ' || recoupable_date, 'appeal by ' || appeal_deadline
        ) as why,
    from notice
    where claim_family_id in (from slice_family)
    union all by name
    select
        claim_family_id,
        5 as place,
        refund_id as id,
        'refund_check' as what,
        check_date as day,
        amount,
        'check ' || check_number as words,
        'acknowledged ' || acknowledged_amount as why,
    from refund
    where claim_family_id in (from slice_family)
    union all by name
    select
        claim_family_id,
        5 as place,
        dispute_id as id,
        'dispute' as what,
        filed_date as day,
        amount,
        dispute_level as words,
        concat_ws(
            ', ', outcome || coalesce(' on ' || outcome_date, ''), 'next appeal by ' || next_appeal_deadline
        ) as why,
    from dispute
    where claim_family_id in (from slice_family)
    union all by name
    select
        claim_family_id,
        5 as place,
        decision_id as id,
        'decision' as what,
        cast(decided_at as date) as day,
        amount,
        action as words,
        reason as why,
    from decision
    where outcome = 'applied' and claim_family_id in (from slice_family)
),

events as (
    select
        event.claim_family_id,
        list(
            {
                'what': event.what, 'day': coalesce(event.day, remittance.payment_date),
                'amount': cents(event.amount), 'words': event.words, 'why': event.why, 'kind': event.kind,
                'charge': cents(event.charge), 'check': event.remittance_id, 'trace': remittance.trace_number,
                'reasons': coalesce(event.reasons, []), 'text': segment.text, 'from': segment.byte_start,
                'to': segment.byte_end, 'file': event.file
            }
            order by coalesce(event.day, remittance.payment_date) nulls first, event.place, event.id
        ) as events,
    from event
    left join remittance using (remittance_id)
    left join segment using (place_id)
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
        'account': nullif(newest.account, ''), 'number': nullif(newest.number, ''), 'payer': newest.payer,
        'paid': cents(newest.paid),
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
