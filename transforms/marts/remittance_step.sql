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
-- kind that they make together. A forward balance names the check that its money comes from and the claims that its
-- dollars were taken for (forward_balance_part).
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

-- The first of its parts: a long list helps nobody.
forward_part as (
    select
        provider_adjustment_id,
        string_agg(
            concat_ws(
                ' ', dollars(part.amount),
                case
                    when part.source_kind = 'not_on_file' then 'that no check on file had moved forward'
                    when part.claim_family_id is null then 'withheld as ' || part.source_kind
                    else 'for ' || name.family_name
                end,
                'in check ' || source.trace_number
            ),
            '; ' order by part.part_ordinal
        ) filter (where part.part_ordinal <= 10)
        || if(count(*) > 10, '; and ' || (count(*) - 10) || ' more', '') as parts,
    from ledger.forward_part as part
    left join ledger.family_name as name using (claim_family_id)
    left join staging.remittance as source on source.remittance_number = part.source_remittance_number
    group by all
),

forward as (
    select
        forward.provider_adjustment_id,
        if(
            forward.direction = 'out', 'moves what this check is short of to a later one',
            'collects the balance of check ' || coalesce(forward.origin_trace_number, 'unknown')
        )
        || ': ' || forward_part.parts as explanation,
    from ledger.forward_balance as forward
    join forward_part using (provider_adjustment_id)
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
                if(balance.concerns_claims, 'not tied to a claim. ' || words.own_words, null)
            )
        ) as explanation,
    from matching.balance as balance
    left join decided using (provider_adjustment_id)
    left join matching.suspense as suspense using (provider_adjustment_id)
    left join codes.suspense_reason as words using (reason)
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
