-- grain: one row per adjustment and claim family whose debt was opened under the same, otherwise unknown, number
--
-- A receivable number means nothing outside the payer, but what was delayed under it is known by its place. Collections
-- under the same number pay these debts (number_walk).
with decided as (
    select
        provider_adjustment_id,
        claim_family_id,
        arg_max(claim_payment_id, debt_number) as claim_payment_id,
        money(sum(direction * taken_amount)) as amount,
        'receivable_number' as rule,
        cast(if(max(families) > 1 and max(how) = 'oldest first', 0.85, 0.93) as decimal(3, 2)) as confidence,
        'same number as the delay of this claim''s recovery'
        || if(max(families) > 1, '; one number over several claims: ' || max(how), '') as evidence,
    from matching.number_walk
    group by provider_adjustment_id, claim_family_id
)

select * from decided
