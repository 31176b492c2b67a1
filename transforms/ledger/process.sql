-- grain: one row per claim family that a letter, a refund check or a dispute is about
-- won_amount: what an appeal has ended; null where all of it
with refunding as (
    select
        claim.claim_family_id,
        sum(greatest(0, claim.amount - if(claims.families = 1, refund.acknowledged_amount, if(
            refund.acknowledged_amount >= refund.amount, claim.amount, 0
        )))) as waiting_amount,
    from takebacks.refund_claim as claim
    join ledger.refund as refund using (refund_id)
    join (
        select refund_id, count(*) as families from takebacks.refund_claim group by all
    ) as claims using (refund_id)
    group by claim.claim_family_id
),

disputing as (
    select
        claim_family_id,
        arg_max(state, (filed_date, dispute_id)) filter (where outcome = 'open') as dispute_state,
        max(coalesce(outcome_date, filed_date)) filter (where outcome = 'won') as won_date,
        if(
            count(*) filter (where outcome = 'won') = count(amount) filter (where outcome = 'won'),
            sum(amount) filter (where outcome = 'won'), null
        ) as won_amount,
    from ledger.dispute
    where claim_family_id is not null
    group by all
),

involved as (
    select claim_family_id from ledger.letter_debt
    union
    select claim_family_id from refunding
    union
    select claim_family_id from disputing
)

select
    involved.claim_family_id,
    letter.amount as letter_amount,
    letter.letter_date,
    letter.due_day,
    refunding.waiting_amount,
    disputing.* exclude (claim_family_id),
from involved
left join ledger.letter_debt as letter using (claim_family_id)
left join refunding using (claim_family_id)
left join disputing using (claim_family_id)
