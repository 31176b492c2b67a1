-- grain: one row per adjustment and claim family whose debt was opened under the same, otherwise unknown, number
--
-- A receivable number means nothing outside the payer, but what was delayed under it is known by its place. Collections
-- under the same number pay these debts, oldest first: the running total of what was taken is laid over the running
-- total of what was delayed. What goes beyond the debts is interest or a second taking: it belongs to the claim where
-- the number stands for one, and stays unmatched where it stands for several, unless it takes all of them once more. An
-- account number that several claims share, or the trace number of a check, is such a number only where its collections
-- pay one debt to the cent.
with named as (
    select provider_adjustment_id from matching.candidate
    union
    select adjustment.provider_adjustment_id
    from staging.provider_adjustment as adjustment
    join staging.remittance as remittance
        on remittance.relation_number = adjustment.relation_number
        and normalised(remittance.trace_number) = adjustment.reference_key
        and remittance.remittance_number < adjustment.remittance_number
),

undecided as (
    select kind.*, abs(kind.amount) as size, named.provider_adjustment_id is null as is_opaque
    from matching.kind as kind
    left join named using (provider_adjustment_id)
    anti join matching.decided_by_reference as decided using (provider_adjustment_id)
    where kind.kind in ('recoupment', 'refund') and kind.reference_key is not null
),

debt as (
    select
        relation_number,
        reference_key,
        min(provider_adjustment_number) as first_number,
        sum(amount) as amount,
        count(distinct claim_family_id) as families,
    from matching.receivable
    where reference_key is not null
    group by all
),

taken as (
    select
        undecided.*,
        debt.amount as debt_amount,
        debt.families,
        sum(undecided.size) over one_reference as to_amount,
        sum(undecided.size) over one_reference - undecided.size as from_amount,
    from undecided
    join debt
        on debt.relation_number = undecided.relation_number
        and debt.reference_key = undecided.reference_key
        and debt.first_number < undecided.provider_adjustment_number
    window one_reference as (
        partition by undecided.relation_number, undecided.reference_key order by undecided.provider_adjustment_number
    )
),

paid_up as (
    select relation_number, reference_key
    from taken
    where to_amount = debt_amount and families = 1
),

-- All of the debts once more is laid over them anew.
placed as (
    select
        * replace (
            if(from_amount >= debt_amount and size = debt_amount, 0, from_amount) as from_amount,
            if(from_amount >= debt_amount and size = debt_amount, size, to_amount) as to_amount
        ),
    from taken
    left join paid_up using (relation_number, reference_key)
    where is_opaque or (paid_up.reference_key is not null and to_amount <= debt_amount)
),

decided as (
    select
        placed.provider_adjustment_id,
        receivable.claim_family_id,
        arg_max(receivable.claim_payment_id, receivable.provider_adjustment_number) as claim_payment_id,
        money(if(
            placed.families = 1,
            placed.amount,
            sign(placed.amount) * sum(
                least(placed.to_amount, receivable.to_amount) - greatest(placed.from_amount, receivable.from_amount)
            )
        )) as amount,
        'receivable_number' as rule,
        cast(0.93 as decimal(3, 2)) as confidence,
        'same number as the delay of this claim''s recovery'
        || if(placed.families > 1, '; one number over several claims, oldest first', '') as evidence,
    from placed
    join matching.receivable as receivable
        on receivable.relation_number = placed.relation_number
        and receivable.reference_key = placed.reference_key
        and receivable.provider_adjustment_number < placed.provider_adjustment_number
        and (
            placed.families = 1
            or (receivable.from_amount < placed.to_amount and receivable.to_amount > placed.from_amount)
        )
    group by placed.provider_adjustment_id, placed.families, placed.amount, receivable.claim_family_id
)

select * from decided
