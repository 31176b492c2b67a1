-- grain: one row per adjustment and claim family whose debt was opened under the same, otherwise unknown, number
--
-- A receivable number means nothing outside the payer, but what was delayed under it is known by its place. Collections
-- under the same number pay these debts, oldest first: the running total of what was taken is laid over the running
-- total of what was delayed. What goes beyond them stays unmatched.
with undecided as (
    select kind.*, abs(kind.amount) as size
    from matching.kind as kind
    anti join matching.decided_by_reference as decided using (provider_adjustment_id)
    where kind.kind in ('recoupment', 'refund') and kind.is_in_balance and kind.reference_key is not null
),

placed as (
    select
        *,
        sum(size) over (partition by relation_number, reference_key order by provider_adjustment_number) as to_amount,
        sum(size) over (partition by relation_number, reference_key order by provider_adjustment_number) - size
            as from_amount,
    from undecided
),

decided as (
    select
        placed.provider_adjustment_id,
        receivable.claim_family_id,
        arg_max(receivable.claim_payment_id, receivable.provider_adjustment_number) as claim_payment_id,
        money(sign(any_value(placed.amount)) * sum(
            least(placed.to_amount, receivable.to_amount) - greatest(placed.from_amount, receivable.from_amount)
        )) as amount,
        'receivable_number' as rule,
        cast(0.93 as decimal(3, 2)) as confidence,
        'same number as the delay of this claim''s recovery' || if(
            count(*) over (partition by placed.provider_adjustment_id) > 1, '; one number over several claims, oldest first', ''
        ) as evidence,
    from placed
    join matching.receivable as receivable
        on receivable.relation_number = placed.relation_number
        and receivable.reference_key = placed.reference_key
        and receivable.provider_adjustment_number < placed.provider_adjustment_number
        and receivable.from_amount < placed.to_amount
        and receivable.to_amount > placed.from_amount
    group by placed.provider_adjustment_id, receivable.claim_family_id
)

select * from decided
