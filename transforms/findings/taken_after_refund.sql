-- grain: one row per recoupment of a claim, or under a number, whose refund had come before
--
-- The payer's 72 shows the refund; or the provider's own check does, which the payer has not acknowledged. Where the
-- number is the payer's own and no claim is known for it, the number itself tells: what came in under it first was the
-- refund, and what was taken under it since makes the same to the cent, at once or in parts.
with taken_after_refund as (
    select
        kind,
        about,
        claim_family_id,
        remittance_id,
        provider_adjustment_id,
        amount,
        explanation,
    from ledger.taken_too_much
    where kind = 'taken_after_refund'
),

taken_after_check as (
    select
        'taken_after_refund' as kind,
        concat_ws('-', taking.claim_family_id, taking.provider_adjustment_id) as about,
        taking.claim_family_id,
        taking.remittance_id,
        taking.provider_adjustment_id,
        money(least(taking.amount, sum(claim.amount))) as amount,
        taking.words || ', but check ' || string_agg(refund.check_number, ', ' order by refund.refund_id) || ' of '
        || min(refund.check_date) || ' had paid back ' || dollars(sum(claim.amount)) as explanation,
    from ledger.taking as taking
    join takebacks.refund_claim as claim using (claim_family_id)
    join ledger.refund as refund using (refund_id)
    where refund.check_date < taking.payment_date and refund.acknowledged_amount < refund.amount
    group by
        taking.claim_family_id, taking.remittance_id, taking.provider_adjustment_id, taking.amount, taking.words
),

unknown_number as (
    select
        balance.*,
        first_value(balance.kind) over one_number as first_kind,
        first_value(balance.trace_number) over one_number as refund_trace_number,
        first_value(balance.payment_date) over one_number as refund_date,
        count(*) filter (where balance.kind <> 'recoupment') over (
            partition by balance.relation_number, balance.reference_key
        ) as other_kinds,
        -first_value(balance.amount) over one_number as refunded_amount,
        sum(balance.amount) filter (where balance.kind = 'recoupment') over one_number as taken_amount,
    from matching.balance as balance
    anti join matching.candidate as candidate using (provider_adjustment_id)
    anti join matching.check_number as check_number using (provider_adjustment_id)
    where
        balance.reference_key is not null
        and balance.matched_amount = 0
        and balance.concerns_claims
        and balance.kind <> 'refund_contra'
    window one_number as (
        partition by balance.relation_number, balance.reference_key order by balance.provider_adjustment_number
    )
),

known_number as (
    select relation_number, reference_key
    from matching.balance
    where matched_amount <> 0
    group by all
),

taken_under_number as (
    select
        'taken_after_refund' as kind,
        provider_adjustment_id as about,
        cast(null as varchar) as claim_family_id,
        remittance_id,
        provider_adjustment_id,
        amount,
        concat_ws(
            ' ', 'check', trace_number, 'of ' || payment_date, 'took', dollars(amount), 'under number',
            reference_key || ', for which check', coalesce(refund_trace_number, 'without a number'),
            'of ' || refund_date, 'had acknowledged a refund of', dollars(refunded_amount)
        )
        || if(amount = refunded_amount, '', ', which what was taken since makes') as explanation,
    from unknown_number
    anti join known_number using (relation_number, reference_key)
    where first_kind = 'refund' and other_kinds = 1 and kind = 'recoupment' and taken_amount <= refunded_amount
    qualify max(taken_amount) over (partition by relation_number, reference_key) = refunded_amount
)

from taken_after_refund
union all by name
select taken_after_check.*
from taken_after_check
anti join ledger.taken_too_much as found using (about)
union all by name
from taken_under_number
