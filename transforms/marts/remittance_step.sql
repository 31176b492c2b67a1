-- grain: one row per step from the payments of a remittance to its check: why was it short?
-- order: remittance_id, step_ordinal
-- remittance_id: the remittance
-- trace_number: its TRN02
-- step_ordinal: place of the step, from 1
-- step_kind: payments, claim_lowered, claim_raised, the kind of a provider adjustment, or imbalance
-- amount: effect on BPR02; the steps add up to it
-- claim_family_id: claim that the step is about, where there is just one
-- provider_adjustment_id: PLB pair of the step
-- explanation: the step in words
--
-- Paid claims are one step; of a claim that was changed the reversal and the correction stand apart, both under the
-- kind that they make together. A forward balance names the check that its money comes from and the claims that were
-- lowered there.
with payments as (
    select
        remittance_id,
        1 as place,
        cast(0 as bigint) as number,
        'payments' as step_kind,
        money(sum(paid_amount)) as amount,
        cast(null as varchar) as claim_family_id,
        cast(null as varchar) as provider_adjustment_id,
        count(*) || if(count(*) = 1, ' claim', ' claims') || ' paid or denied' as explanation,
    from takebacks.claim_payment
    where role = 'original'
    group by all
),

change as (
    select
        payment.remittance_id,
        2 as place,
        payment.claim_payment_number as number,
        if(difference.amount > 0, 'claim_raised', 'claim_lowered') as step_kind,
        payment.paid_amount as amount,
        payment.claim_family_id,
        null as provider_adjustment_id,
        concat_ws(
            ' ', 'claim', payment.payer_claim_control_number, 'of account', payment.patient_control_number,
            if(payment.role = 'reversal', 'reversed', 'corrected to ' || dollars(payment.paid_amount))
        ) as explanation,
    from takebacks.claim_payment as payment
    join takebacks.difference as difference using (remittance_id, claim_family_id)
    where payment.role in ('reversal', 'correction')
),

lowered as (
    select
        difference.remittance_id,
        string_agg(
            concat_ws(' ', 'claim', payment.payer_claim_control_number, 'by', dollars(-difference.amount)), ', '
            order by difference.first_claim_payment_number
        ) as claims,
    from takebacks.difference as difference
    left join staging.claim_payment as payment on payment.claim_payment_id = difference.undone_claim_payment_id
    where difference.amount < 0
    group by all
),

-- Where the origin lowered no claim itself, it carried on what the first check of its chain was short of.
forward as (
    select
        forward.provider_adjustment_id,
        concat_ws(
            ', ',
            if(
                forward.is_out, 'moves what this check is short of to a later one',
                'collects the balance of check ' || coalesce(forward.origin_trace_number, 'unknown')
            ),
            if(
                here.claims is null and first_remittance.remittance_id <> origin.remittance_id,
                'carried on from check ' || coalesce(first_remittance.trace_number, 'unknown'), null
            ),
            if(forward.is_out and here.claims is not null, 'lowered here: ', 'lowered there: ')
            || coalesce(here.claims, first_lowered.claims)
        ) as explanation,
    from ledger.forward_origin as forward
    left join ledger.forward_chain as chain using (origin_remittance_number)
    left join staging.remittance as origin on origin.remittance_number = forward.origin_remittance_number
    left join staging.remittance as first_remittance
        on first_remittance.remittance_number = chain.first_remittance_number
    left join lowered as here on here.remittance_id = origin.remittance_id
    left join lowered as first_lowered on first_lowered.remittance_id = first_remittance.remittance_id
),

decided as (
    select
        provider_adjustment_id,
        if(count(*) = 1, min(claim_family_id), null) as claim_family_id,
        string_agg(rule || ': ' || evidence, '; ' order by claim_family_id, rule) as evidence,
    from matching.decision
    group by all
),

adjustment as (
    select
        balance.remittance_id,
        3 as place,
        balance.provider_adjustment_number as number,
        balance.kind as step_kind,
        money(-balance.amount) as amount,
        decided.claim_family_id,
        balance.provider_adjustment_id,
        concat_ws(
            ' ', 'PLB', balance.adjustment_reason_code,
            coalesce(
                decided.evidence, forward.explanation,
                if(balance.concerns_claims, 'not tied to a claim: ' || suspense.reason, null)
            )
        ) as explanation,
    from matching.balance as balance
    left join decided using (provider_adjustment_id)
    left join matching.suspense as suspense using (provider_adjustment_id)
    left join forward using (provider_adjustment_id)
),

imbalance as (
    select
        remittance_id,
        4 as place,
        0 as number,
        'imbalance' as step_kind,
        imbalance_amount as amount,
        null as claim_family_id,
        null as provider_adjustment_id,
        'the payment is not what claims and provider adjustments make' as explanation,
    from staging.remittance
    where imbalance_amount <> 0
),

step as (
    from payments
    union all
    from change
    union all
    from adjustment
    union all
    from imbalance
)

select
    step.remittance_id,
    remittance.trace_number,
    row_number() over (partition by step.remittance_id order by step.place, step.number) as step_ordinal,
    step.step_kind,
    step.amount,
    step.claim_family_id,
    step.provider_adjustment_id,
    step.explanation,
from step
join staging.remittance as remittance using (remittance_id)
