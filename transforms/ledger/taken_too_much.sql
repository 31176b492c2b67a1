-- grain: one row per claim family of which more was taken than was overpaid
-- kind: what that is: taken_after_refund, taken_twice, interest_in_takeback or taken_more_than_overpaid
--
-- The last recoupment is what a biller disputes. After a refund it is the check that was for nothing; as much again as
-- was owed is a second taking; a little more may be interest.
with last_taking as (
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
        || ' too much' as explanation,
    from ledger.overpayment as overpayment
    left join last_taking using (claim_family_id)
    left join last_refund using (claim_family_id)
    where overpayment.outstanding_amount < 0
)

select * from taken_too_much
