-- grain: one row per recoupment of a claim whose refund had come before
--
-- The payer's 72 shows the refund; or the provider's own check does, which the payer has not acknowledged.
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
)

from taken_after_refund
union all by name
select taken_after_check.*
from taken_after_check
anti join ledger.taken_too_much as found using (about)
