-- grain: one row per claim family with any takeback, or with a letter: one debt, whatever shape its recovery took
--
-- Each dollar counts once over the three shapes. A reversal that lowers the check identifies and recovers at once; a
-- negative WO takes the recovery back, later positive ones bring it; a letter is known only by what was collected for
-- it, up to what the claim had been paid. Beside a reversal only a claim that was paid twice can owe more than it was
-- lowered by: up to what was paid again. A delay of what no remittance on file lowered comes and goes without a debt.
-- A claim that was raised again, or a recoupment given back with nothing else
-- owed, ends the debt: what was given back counts as forgiven too. Where letters are on file, they say what was asked
-- for; an appeal that was won ends the debt, as far as it was won.
with claim_change as (
    select
        claim_family_id,
        -sum(least(change_amount, 0)) as lowered_amount,
        sum(greatest(change_amount, 0)) as raised_amount,
        min(payment_date) filter (where change_amount < 0) as first_date,
        max(greatest(payment_date, coalesce(correction_date, payment_date))) as last_date,
    from ledger.cycle
    where change_amount <> 0
    group by all
),

gathered as (
    select
        paid.claim_family_id,
        paid.claim_id,
        paid.paid_originals,
        paid.last_remittance_id,
        coalesce(claim_change.lowered_amount, 0) as lowered_amount,
        least(coalesce(claim_change.raised_amount, 0), coalesce(claim_change.lowered_amount, 0)) as raised_amount,
        coalesce(adjustment_change.deferred_amount, 0) as deferred_amount,
        coalesce(adjustment_change.collected_amount, 0) as collected_amount,
        coalesce(adjustment_change.refunded_amount, 0) as refunded_amount,
        coalesce(adjustment_change.excess_amount, 0) + coalesce(adjustment_change.returned_amount, 0)
            as returned_amount,
        if(
            coalesce(claim_change.lowered_amount, 0) > 0,
            greatest(0, least(
                paid.again_amount,
                coalesce(adjustment_change.deferred_amount, 0)
                + coalesce(adjustment_change.collected_amount, 0)
                + coalesce(adjustment_change.refunded_amount, 0)
                - coalesce(adjustment_change.excess_amount, 0)
            )),
            coalesce(process.letter_amount, greatest(0, least(
                case
                    when adjustment_change.collected_amount + adjustment_change.deferred_amount
                        = adjustment_change.refunded_amount - adjustment_change.excess_amount
                        then adjustment_change.refunded_amount - adjustment_change.excess_amount
                    else coalesce(adjustment_change.deferred_amount, 0)
                        + coalesce(adjustment_change.collected_amount, 0)
                        + coalesce(adjustment_change.refunded_amount, 0)
                        - coalesce(adjustment_change.excess_amount, 0)
                        - coalesce(asked_once.amount, 0)
                end, coalesce(paid.paid_amount, 999999999)
            )))
        ) as demanded_amount,
        process.* exclude (claim_family_id),
        least(claim_change.first_date, adjustment_change.first_date, process.letter_date) as identified_date,
        greatest(claim_change.last_date, adjustment_change.last_date, process.letter_date, process.won_date)
            as last_activity_date,
    from ledger.family_paid as paid
    left join claim_change using (claim_family_id)
    left join ledger.adjustment_change as adjustment_change using (claim_family_id)
    left join ledger.asked_once as asked_once using (claim_family_id)
    left join ledger.process as process using (claim_family_id)
    where
        claim_change.lowered_amount > 0
        or adjustment_change.claim_family_id is not null
        or process.letter_amount is not null
),

netted as (
    select
        *,
        money(lowered_amount + demanded_amount) as identified_amount,
        money(lowered_amount + deferred_amount + collected_amount) as recovered_amount,
        money(raised_amount + returned_amount) as given_back_amount,
        money(greatest(
            raised_amount + least(returned_amount, greatest(
                0, demanded_amount - deferred_amount - collected_amount - refunded_amount + returned_amount
            )),
            if(won_date is null, 0, least(coalesce(won_amount, 999999999), lowered_amount + demanded_amount))
        )) as forgiven_amount,
    from gathered
),

summed as (
    select
        * replace (money(refunded_amount) as refunded_amount),
        money(
            identified_amount - recovered_amount - refunded_amount + given_back_amount - forgiven_amount
        ) as outstanding_amount,
    from netted
),

written_off as (
    select decision.claim_family_id
    from matching.decision as decision
    join matching.kind as kind using (provider_adjustment_id)
    where kind.is_forgiveness
    group by all
),

overpayment as (
    select
        summed.claim_family_id,
        summed.claim_id,
        remittance.payer_id,
        remittance.payer_name,
        remittance.enterprise_tin as payee_tin,
        summed.identified_amount,
        summed.recovered_amount,
        summed.refunded_amount,
        summed.given_back_amount,
        summed.forgiven_amount,
        summed.outstanding_amount,
        money(summed.demanded_amount) as demanded_amount,
        money(summed.raised_amount) as raised_amount,
        coalesce(
            family_cause.cause, if(summed.paid_originals > 1, 'duplicate_payment', 'unknown')
        ) as cause,
        family_cause.because_of as cause_code,
        case
            when summed.outstanding_amount < 0 and summed.won_date is not null then 'claim_back'
            when not within_interest(-summed.outstanding_amount, summed.identified_amount) then 'over_recovered'
            when summed.outstanding_amount <= 0 and written_off.claim_family_id is not null then 'written_off'
            when summed.outstanding_amount <= 0 and summed.given_back_amount > 0 and summed.forgiven_amount > 0
                then 'given_back'
            when summed.outstanding_amount <= 0 and summed.refunded_amount > 0
                and summed.refunded_amount >= summed.identified_amount
                then 'refunded_by_check'
            when summed.outstanding_amount <= 0 and maybe_delayed.claim_family_id is not null then 'recovery_unproven'
            when summed.outstanding_amount <= 0 and summed.recovered_amount = 0 and summed.won_date is not null
                then 'closed'
            when summed.outstanding_amount <= 0 then 'recovered'
            when summed.dispute_state is not null then summed.dispute_state
            when summed.waiting_amount >= summed.outstanding_amount then 'refund_sent'
            when time_limit.asked_day > time_limit.limit_day then 'expired'
            when summed.recovered_amount <= 0 and summed.refunded_amount = 0 and summed.due_day < as_of.payment_date
                then 'due'
            when summed.recovered_amount <= 0 and summed.refunded_amount = 0 and summed.lowered_amount = 0
                then 'noticed'
            when summed.recovered_amount <= 0 and summed.refunded_amount = 0 then 'reversal_reported'
            else 'partially_recovered'
        end as state,
        summed.identified_date,
        summed.last_activity_date,
    from summed
    join staging.remittance as remittance on remittance.remittance_id = summed.last_remittance_id
    left join ledger.family_cause as family_cause using (claim_family_id)
    left join ledger.maybe_delayed as maybe_delayed using (claim_family_id)
    left join ledger.time_limit as time_limit using (claim_family_id)
    cross join staging.as_of as as_of
    left join written_off using (claim_family_id)
)

select * from overpayment
