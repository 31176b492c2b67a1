-- grain: one row per event of the claims with an account number or payer claim control number
-- says: what became of a claim: sent, paid, reversed, corrected, taken, and what is still owed
create macro claim_story(number) as table
    with family as (
        select claim_family_id
        from claim_payment
        where
            same_number(patient_control_number, number)
            or same_number(payer_claim_control_number, number)
            or claim_family_id = number
            or claim_id = number
        group by all
    ),

    event as (
        select
            payment.claim_family_id,
            coalesce(claim.submitted_on, claim.service_date_from) as event_date,
            1 as place,
            claim.claim_id as event_id,
            'claim' as event,
            claim.total_charge_amount as amount,
            cast(null as varchar) as trace_number,
            'sent to ' || claim.payer_name as explanation,
        from claim
        join (select claim_id, claim_family_id from claim_payment group by all) as payment using (claim_id)
        union all
        select
            payment.claim_family_id,
            remittance.payment_date,
            2,
            payment.claim_payment_id,
            payment.role,
            payment.paid_amount,
            remittance.trace_number,
            concat_ws(
                ' ', 'claim', payment.payer_claim_control_number, 'status', payment.claim_status_code, 'charge',
                payment.charge_amount
            ),
        from claim_payment as payment
        join remittance using (remittance_id)
        union all
        select
            match.claim_family_id,
            remittance.payment_date,
            3,
            match.provider_adjustment_id,
            adjustment.kind,
            -match.amount,
            remittance.trace_number,
            concat_ws(
                ' ', 'PLB', adjustment.adjustment_reason_code, adjustment.reference_id, 'by', match.rule || ':',
                match.evidence
            ),
        from takeback_match as match
        join provider_adjustment as adjustment using (provider_adjustment_id)
        join remittance on remittance.remittance_id = adjustment.remittance_id
        union all
        select
            claim_family_id,
            letter_date,
            4,
            notice_id,
            'notice',
            amount,
            null,
            concat_ws(
                ', ', 'letter ' || letter_number, reason, 'due ' || due_date, 'may be withheld from ' || recoupable_date,
                'appeal by ' || appeal_deadline
            ),
        from notice
        union all
        select claim_family_id, check_date, 5, refund_id, 'refund_check', amount, null, 'check ' || check_number
        from refund
        union all
        select
            claim_family_id,
            filed_date,
            6,
            dispute_id,
            'dispute',
            amount,
            null,
            concat_ws(', ', dispute_level, outcome, 'next appeal by ' || next_appeal_deadline),
        from dispute
        union all
        select
            claim_family_id,
            last_activity_date,
            7,
            claim_family_id,
            'outstanding',
            outstanding_amount,
            null,
            concat_ws(', ', state, 'cause ' || cause),
        from overpayment
    )

    select claim_family_id, event_date, event, amount, trace_number, explanation
    from event
    semi join family using (claim_family_id)
    order by claim_family_id, event_date nulls first, place, event_id;
