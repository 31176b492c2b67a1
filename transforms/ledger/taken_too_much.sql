-- grain: one row per claim family of which more was taken than was overpaid, and recoupment that took of the excess
-- kind: what that is: taken_after_refund, taken_twice, interest_in_takeback or taken_more_than_overpaid
--
-- The last dollars taken are those that were not owed: the excess is laid on the recoupments, the newest first. What is
-- beyond all of them came of reversals. After a refund a recoupment is for nothing; as much again as was owed is a
-- second taking; a little more may be interest, and so may what a second taking leaves of the first. What an appeal has
-- ended is a finding of its own.
with excess as (
    select *, -outstanding_amount as excess_amount
    from ledger.overpayment
    where outstanding_amount < 0 and state <> 'claim_back'
),

taking as (
    select
        decision.claim_family_id,
        decision.amount,
        kind.provider_adjustment_id,
        kind.provider_adjustment_number,
        kind.remittance_id,
        sum(decision.amount) over (
            partition by decision.claim_family_id
            order by kind.provider_adjustment_number desc rows between unbounded preceding and 1 preceding
        ) as taken_later,
    from matching.decision as decision
    join matching.kind as kind using (provider_adjustment_id)
    semi join excess using (claim_family_id)
    where kind.kind = 'recoupment'
),

last_refund as (
    select decision.claim_family_id, max(kind.provider_adjustment_number) as refund_number
    from matching.decision as decision
    join matching.kind as kind using (provider_adjustment_id)
    where kind.kind = 'refund'
    group by all
),

share as (
    select
        excess.claim_family_id,
        taking.provider_adjustment_id,
        taking.provider_adjustment_number,
        taking.remittance_id,
        least(taking.amount, excess.excess_amount - coalesce(taking.taken_later, 0)) as amount,
    from excess
    join taking using (claim_family_id)
    where excess.excess_amount > coalesce(taking.taken_later, 0)
    union all
    select excess.claim_family_id, null, null, null, excess.excess_amount - coalesce(sum(taking.amount), 0)
    from excess
    left join taking using (claim_family_id)
    group by excess.claim_family_id, excess.excess_amount
    having excess.excess_amount > coalesce(sum(taking.amount), 0)
),

taken_too_much as (
    select
        case
            when last_refund.refund_number < share.provider_adjustment_number then 'taken_after_refund'
            when within_interest(share.amount, excess.identified_amount) then 'interest_in_takeback'
            when excess.excess_amount >= excess.identified_amount then 'taken_twice'
            else 'taken_more_than_overpaid'
        end as kind,
        concat_ws('-', share.claim_family_id, share.provider_adjustment_id) as about,
        share.claim_family_id,
        share.remittance_id,
        share.provider_adjustment_id,
        money(share.amount) as amount,
        coalesce('check ' || remittance.trace_number || ' of ' || remittance.payment_date || ' took ', '')
        || dollars(share.amount) || ' too much for ' || name.family_name || ': overpaid '
        || dollars(excess.identified_amount) || ', but in all ' || dollars(excess.recovered_amount) || ' was taken'
        || if(excess.refunded_amount = 0, '', ' and ' || dollars(excess.refunded_amount) || ' refunded')
        || if(excess.given_back_amount = 0, '', ', of which ' || dollars(excess.given_back_amount) || ' came back')
        || if(
            coalesce(asked_once.is_certain, true) or excess.demanded_amount = 0, '',
            '; as much was taken under this number before: ask whether it was one demand in two parts'
        ) as explanation,
    from share
    join excess using (claim_family_id)
    join ledger.family_name as name using (claim_family_id)
    left join last_refund using (claim_family_id)
    left join ledger.asked_once as asked_once using (claim_family_id)
    left join staging.remittance as remittance using (remittance_id)
)

select * from taken_too_much
