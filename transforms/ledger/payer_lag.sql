-- grain: one row per payer and way of taking later: how many days it has taken so far
-- scope: whole
-- lag_days: the median, from what was collected
with delay as (
    select claim_family_id, min(payment_date) as payment_date
    from ledger.claim_movement
    where kind = 'deferral'
    group by all
),

collected as (
    select movement.claim_family_id, delay.payment_date as from_date, min(movement.payment_date) as to_date
    from ledger.claim_movement as movement
    join delay using (claim_family_id)
    where movement.kind = 'recoupment' and movement.payment_date >= delay.payment_date
    group by all
),

forwarded as (
    select came.chain_id, came.remittance_id, came.origin_trace_number, min(sent_by.payment_date) as from_date
    from ledger.forward_balance as came
    join ledger.forward_balance as sent
        on sent.chain_id = came.chain_id
        and sent.direction = 'out'
        and sent.origin_trace_number = came.origin_trace_number
    join staging.remittance as sent_by on sent_by.remittance_id = sent.remittance_id
    where came.direction = 'in'
    group by all
),

lag as (
    select
        remittance.payer_id,
        'open_receivable' as kind,
        datediff('day', collected.from_date, collected.to_date) as days,
    from collected
    join ledger.overpayment as remittance using (claim_family_id)
    union all
    select
        remittance.payer_id,
        'forward_balance',
        datediff('day', forwarded.from_date, remittance.payment_date),
    from forwarded
    join staging.remittance as remittance using (remittance_id)
    union all
    select overpayment.payer_id, 'paid_twice', datediff('day', time.paid_date, overpayment.identified_date)
    from ledger.overpayment as overpayment
    join ledger.debt_time as time using (claim_family_id)
    where overpayment.cause = 'duplicate_payment'
    union all
    select overpayment.payer_id, 'pending_reversal', datediff('day', time.paid_date, overpayment.identified_date)
    from ledger.overpayment as overpayment
    join ledger.debt_time as time using (claim_family_id)
),

payer_lag as (
    select payer_id, kind, quantile_disc(days, 0.5) as lag_days, count(*) as debts
    from lag
    where days is not null
    group by all
)

select * from payer_lag
