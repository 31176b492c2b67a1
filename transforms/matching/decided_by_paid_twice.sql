-- grain: one row per collection or refund of exactly what one claim was paid twice
--
-- A payer that paid a claim twice asks for the second payment by letter, so that no delay and no reversal shows the
-- debt: the two payments do, which still stand. Where the reference names nothing on file, or several claims of which
-- this is one, the amount singles out the claim if no other ever had it, no other debt comes to it, no other adjustment
-- of as much is without a proof by its reference, and nothing else took it from this claim: under its own number just
-- this amount, under a check's, a receivable's or in parts any, as interest and parts make others of it.
with alone as (
    select paid_again.*
    from takebacks.paid_again as paid_again
    join takebacks.amount_had as had
        on had.relation_number = paid_again.relation_number and had.amount = paid_again.paid_amount
    group by all
    having count(distinct had.claim_family_id) = 1
),

alike as (
    select *, count(*) over (partition by relation_number, amount) as twins
    from matching.undecided
),

taking as (
    select alike.*
    from alike
    anti join matching.check_number as check_number using (provider_adjustment_id)
    anti join matching.decided_by_debt as by_debt using (provider_adjustment_id)
    anti join matching.decided_by_parts as by_parts using (provider_adjustment_id)
    anti join matching.debt_balance as debt
        on debt.relation_number = alike.relation_number and debt.open_amount = alike.size
    where alike.twins = 1
),

taken as (
    select claim_family_id from matching.decided_by_receivable_number
    union all
    select claim_family_id from matching.decided_by_check_number
    union all
    select claim_family_id from matching.decided_by_parts
),

decided as (
    select
        taking.provider_adjustment_id,
        alone.claim_family_id,
        alone.claim_payment_id,
        taking.amount,
        'paid_twice' as rule,
        cast(0.8 as decimal(3, 2)) as confidence,
        'this claim was paid ' || dollars(taking.size) || ' twice, and no other claim or debt ever came to it'
            as evidence,
    from taking
    join alone
        on alone.relation_number = taking.relation_number
        and alone.paid_amount = taking.size
        and alone.remittance_number < taking.remittance_number
    anti join matching.collected as collected
        on collected.claim_family_id = alone.claim_family_id and collected.amount = taking.size
    anti join taken on taken.claim_family_id = alone.claim_family_id
    where
        not taking.has_candidates
        or exists (
            from matching.candidate as candidate
            where
                candidate.provider_adjustment_id = taking.provider_adjustment_id
                and candidate.claim_family_id = alone.claim_family_id
        )
    qualify count(*) over (partition by taking.provider_adjustment_id) = 1
)

select * from decided
