-- grain: one row per event of a claim family, in order: sent, paid, reversed, taken, written about
with family_claim as (
    select distinct claim_id from main.claim_payment where claim_family_id = $1
),
event as (
    select service_date_from as day, 1 as place, 'claim' as what, total_charge_amount as amount, claim_id as id,
           concat_ws(' ', 'sent to', payer_name, 'kind', claim_kind) as words
    from main.claim join family_claim using (claim_id)
    union all
    select payment_date, 2, role, paid_amount, claim_payment_id,
           concat_ws(' ', 'trace', p.trace_number, 'status', claim_status_code, 'charge', p.charge_amount,
                     'claim number', payer_claim_control_number, 'undoes ' || reverses_claim_payment_id,
                     'replaces ' || corrects_claim_payment_id)
    from main.claim_payment as p join main.remittance using (remittance_id)
    where claim_family_id = $1
    union all
    select payment_date, 3, kind, m.amount, m.provider_adjustment_id,
           concat_ws(' ', 'trace', a.trace_number, 'by', rule, '(' || confidence || '):', evidence)
    from main.takeback_match as m
    join main.provider_adjustment as a using (provider_adjustment_id)
    join main.remittance as r on r.remittance_id = a.remittance_id
    where m.claim_family_id = $1
    union all
    select letter_date, 4, 'letter', amount, notice_id,
           concat_ws(' ', 'the', letter_level, 'letter', letter_number, 'asks this back', 'for ' || reason,
                     'due ' || due_date, 'appeal until ' || appeal_deadline)
    from main.notice where claim_family_id = $1
    union all
    select check_date, 5, 'refund check', amount, refund_id,
           concat_ws(' ', 'check', check_number, 'sent, acknowledged', acknowledged_amount,
                     'on ' || acknowledged_date)
    from main.refund where claim_family_id = $1
    union all
    select filed_date, 6, 'dispute', coalesce(amount, 0), dispute_id,
           concat_ws(' ', 'level', dispute_level, outcome, 'on ' || outcome_date,
                     'next appeal until ' || next_appeal_deadline)
    from main.dispute where claim_family_id = $1
    union all
    select decided_at::date, 7, 'decision', coalesce(amount, 0), decision_id,
           concat_ws(' ', action, 'by', decided_by, outcome || ':', reason, outcome_reason)
    from main.decision where claim_family_id = $1
)
select day, what, amount, words from event order by day, place, id
