-- grain: one row per thing that looks wrong
-- order: kind, finding_id
-- finding_id: stable id: the kind and what it is about
-- kind: taken_twice, taken_after_refund, taken_more_than_overpaid, interest_in_takeback (up to a tenth too much),
--     reversal_without_payment, reversal_without_correction, remittance_out_of_balance, negative_payment or
--     control_number_reuse
-- claim_family_id: claim that it is about
-- remittance_id: remittance that it is about
-- provider_adjustment_id: PLB pair that it is about
-- amount: money in question
-- explanation: what was expected and what was found
--
-- A reversal waits a month for its correction before anyone is alarmed, and for good where the provider voided the
-- claim.
with as_of as (
    select max(payment_date) as payment_date
    from staging.remittance
),

last_taking as (
    select
        decision.claim_family_id,
        arg_max(kind.provider_adjustment_id, kind.provider_adjustment_number) as provider_adjustment_id,
        arg_max(kind.remittance_id, kind.provider_adjustment_number) as remittance_id,
        max(kind.provider_adjustment_number) as taken_number,
    from matching.decision as decision
    join matching.kind as kind using (provider_adjustment_id)
    where kind.kind = 'recoupment'
    group by all
),

last_refund as (
    select decision.claim_family_id, max(kind.provider_adjustment_number) as refund_number
    from matching.decision as decision
    join matching.kind as kind using (provider_adjustment_id)
    where kind.kind = 'refund'
    group by all
),

taken_too_much as (
    select
        case
            when last_refund.refund_number < last_taking.taken_number then 'taken_after_refund'
            when -overpayment.outstanding_amount >= overpayment.identified_amount then 'taken_twice'
            when within_interest(-overpayment.outstanding_amount, overpayment.identified_amount)
                then 'interest_in_takeback'
            else 'taken_more_than_overpaid'
        end as kind,
        overpayment.claim_family_id,
        last_taking.remittance_id,
        last_taking.provider_adjustment_id,
        money(-overpayment.outstanding_amount) as amount,
        'overpaid ' || dollars(overpayment.identified_amount) || ', but ' || dollars(overpayment.recovered_amount)
        || ' was taken and ' || dollars(overpayment.refunded_amount) || ' refunded, of which '
        || dollars(overpayment.given_back_amount) || ' came back: ' || dollars(-overpayment.outstanding_amount)
        || ' too much'
        || if(
            within_interest(-overpayment.outstanding_amount, overpayment.identified_amount),
            ', which may be interest folded into the takeback', ''
        ) as explanation,
    from ledger.overpayment as overpayment
    left join last_taking using (claim_family_id)
    left join last_refund using (claim_family_id)
    where overpayment.outstanding_amount < 0
),

reversal_without_payment as (
    select
        'reversal_without_payment' as kind,
        claim_family_id,
        remittance_id,
        null as provider_adjustment_id,
        money(-paid_amount) as amount,
        'a payment of ' || dollars(-paid_amount) || ' was reversed that is not on file' as explanation,
        claim_payment_id,
    from takebacks.claim_payment
    where role = 'reversal' and reverses_claim_payment_id is null
),

reversal_without_correction as (
    select
        'reversal_without_correction' as kind,
        cycle.claim_family_id,
        cycle.remittance_id,
        null as provider_adjustment_id,
        money(-cycle.change_amount) as amount,
        'reversed on ' || cycle.payment_date || ' and not corrected since, '
        || datediff('day', cycle.payment_date, as_of.payment_date) || ' days' as explanation,
        cycle.reversal_claim_payment_id,
    from ledger.cycle as cycle
    cross join as_of
    left join ledger.cause as cause using (reversal_claim_payment_id)
    where
        cycle.correction_claim_payment_id is null
        and cycle.change_amount < 0
        and datediff('day', cycle.payment_date, as_of.payment_date) > 30
        and coalesce(cause.cause, '') <> 'provider_void'
),

remittance_out_of_balance as (
    select
        'remittance_out_of_balance' as kind,
        remittance_id,
        money(imbalance_amount) as amount,
        'payment ' || dollars(payment_amount) || ', but claims ' || dollars(claim_payment_total)
        || ' less provider adjustments ' || dollars(provider_adjustment_total) || ' make '
        || dollars(claim_payment_total - provider_adjustment_total) || ' (' || dollars(abs(imbalance_amount))
        || if(imbalance_amount > 0, ' too much)', ' too little)') as explanation,
    from staging.remittance
    where imbalance_amount <> 0
),

negative_payment as (
    select
        'negative_payment' as kind,
        remittance_id,
        payment_amount as amount,
        'a check cannot be below zero: ' || dollars(payment_amount) || ' should have been moved forward (FB)'
            as explanation,
    from staging.remittance
    where payment_amount < 0
),

control_number_reuse as (
    select
        'control_number_reuse' as kind,
        remittance.remittance_id,
        remittance.payment_amount as amount,
        string_agg(reuse.what, ', ' order by reuse.what) || ' of an earlier remittance with other content'
            as explanation,
    from staging.control_number_reuse as reuse
    join staging.remittance as remittance using (remittance_id)
    group by all
),

finding as (
    select kind || '-' || claim_family_id as finding_id, * from taken_too_much
    union all by name
    select kind || '-' || claim_payment_id as finding_id, * exclude (claim_payment_id) from reversal_without_payment
    union all by name
    select kind || '-' || reversal_claim_payment_id as finding_id, * exclude (reversal_claim_payment_id)
    from reversal_without_correction
    union all by name
    select kind || '-' || remittance_id as finding_id, * from remittance_out_of_balance
    union all by name
    select kind || '-' || remittance_id as finding_id, * from negative_payment
    union all by name
    select kind || '-' || remittance_id as finding_id, * from control_number_reuse
)

select
    finding_id,
    kind,
    claim_family_id,
    remittance_id,
    provider_adjustment_id,
    amount,
    explanation,
from finding
