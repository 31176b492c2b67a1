-- grain: one row per amount that a payer will withhold, as far as the files tell
-- order: expected_takeback_id
-- expected_takeback_id: stable id: the kind and what it is about
-- kind: open_receivable (reversed, not collected), letter_due (asked for by letter, not collected), forward_balance
--     (moved to a later check), pending_reversal (paid under a code that announces a reversal) or paid_twice (not asked
--     back yet, and not what a taking in suspense may have brought)
-- payer_id: payer that will withhold
-- payee_tin: tax id of the payee whose checks will be lower
-- claim_family_id: claim that it is about; null for a forward balance (see forward_balance_part)
-- remittance_id: remittance that shows it
-- amount: what is still to be withheld
-- since_date: when it was last moved
-- expected_date: the day from which a letter may be collected; else since_date and the median of days that this payer
--     took so far; null where it has taken none
-- explanation: why it is expected, and how the date was found
--
-- The date is a guess by habit: it may lie in the past, where the payer is late.
with open_receivable as (
    select
        if(letter.claim_family_id is null, 'open_receivable', 'letter_due') as kind,
        overpayment.claim_family_id as about,
        overpayment.payer_id,
        overpayment.payee_tin,
        overpayment.claim_family_id,
        cast(null as varchar) as remittance_id,
        overpayment.outstanding_amount as amount,
        overpayment.last_activity_date as since_date,
        coalesce(letter.recoupable_day, letter.due_day) as due_date,
        coalesce('asked for by the letter of ' || letter.letter_date, 'reversed') || ', and not collected yet' as why,
    from ledger.overpayment as overpayment
    left join ledger.letter_debt as letter using (claim_family_id)
    where overpayment.outstanding_amount > 0
),

last_move as (
    select *
    from ledger.forward_balance
    qualify row_number() over (
        partition by chain_id order by remittance_number desc, direction desc, provider_adjustment_number desc
    ) = 1
),

forward_balance as (
    select
        'forward_balance' as kind,
        last_move.chain_id as about,
        remittance.payer_id,
        remittance.enterprise_tin as payee_tin,
        cast(null as varchar) as claim_family_id,
        last_move.remittance_id,
        last_move.balance_after as amount,
        remittance.payment_date as since_date,
        cast(null as date) as due_date,
        'moved forward by check ' || coalesce(remittance.trace_number, 'without a number') as why,
    from last_move
    join staging.remittance as remittance using (remittance_id)
    where last_move.balance_after > 0
),

pending_reversal as (
    select
        'pending_reversal' as kind,
        payment.claim_payment_id as about,
        remittance.payer_id,
        remittance.enterprise_tin as payee_tin,
        payment.claim_family_id,
        payment.remittance_id,
        least(payment.paid_amount, payment.not_demanded) as amount,
        payment.payment_date as since_date,
        cast(null as date) as due_date,
        'paid under ' || payment.reason_codes || ', which announces a reversal' as why,
    from ledger.announced_reversal as payment
    join staging.remittance as remittance using (remittance_id)
    where payment.not_demanded > 0
),

-- What was taken since to the cent, and is tied to no claim, may be a second payment (the finding names it). Each such
-- taking excuses one second payment before it, the latest first.
taken_since as (
    select
        paid.claim_payment_id,
        paid.relation_number,
        paid.amount,
        row_number() over same_amount as place,
        count(taken.provider_adjustment_id) - row_number() over same_amount as spare_takings,
    from ledger.paid_twice as paid
    left join ledger.maybe_taken as taken
        on taken.claim_payment_id = paid.claim_payment_id
        and taken.is_same_amount
        and taken.is_later
        and taken.trace_number is not null
    group by paid.claim_payment_id, paid.claim_payment_number, paid.relation_number, paid.amount
    window same_amount as (partition by paid.relation_number, paid.amount order by paid.claim_payment_number desc)
),

-- Of the later ones as many were not excused as there were too few takings after any of them.
maybe_taken as (
    select claim_payment_id
    from taken_since
    qualify spare_takings >= least(0, coalesce(min(spare_takings) over (
        partition by relation_number, amount order by place rows between unbounded preceding and 1 preceding
    ), 0))
),

paid_twice as (
    select
        'paid_twice' as kind,
        paid.claim_payment_id as about,
        remittance.payer_id,
        remittance.enterprise_tin as payee_tin,
        paid.claim_family_id,
        paid.remittance_id,
        paid.amount,
        remittance.payment_date as since_date,
        cast(null as date) as due_date,
        'paid once more, and not asked back yet' as why,
    from ledger.paid_twice as paid
    join staging.remittance as remittance using (remittance_id)
    anti join maybe_taken using (claim_payment_id)
),

expected as (
    from open_receivable
    union all
    from forward_balance
    union all
    from pending_reversal
    union all
    from paid_twice
)

select
    expected.kind || '-' || expected.about as expected_takeback_id,
    expected.kind,
    expected.payer_id,
    expected.payee_tin,
    expected.claim_family_id,
    expected.remittance_id,
    money(expected.amount) as amount,
    expected.since_date,
    coalesce(expected.due_date, expected.since_date + cast(payer_lag.lag_days as integer)) as expected_date,
    expected.why || case
        when expected.due_date is not null then '; it may be withheld from ' || expected.due_date || ' on'
        when payer_lag.lag_days is null then '; this payer has taken none so far, so nobody knows when'
        else '; this payer took ' || payer_lag.lag_days || ' days (median of ' || payer_lag.debts || ')'
    end as explanation,
from expected
left join ledger.payer_lag as payer_lag
    on payer_lag.kind = if(expected.kind = 'letter_due', 'open_receivable', expected.kind)
    and payer_lag.payer_id = expected.payer_id
