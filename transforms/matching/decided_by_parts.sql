-- grain: one row per collection and claim family that the collections under one unknown number pay together
--
-- A debt delayed under one number and collected in parts under another: no part has its amount, but all parts under the
-- number, up to one of them, make it to the cent. So they do for all debts that one remittance opened; then the oldest
-- is paid first, unless a part has the very amount of one of them, which tells another order. As for a single
-- collection (unrepeated_amount), the sum must not be round, no other claim may ever have had it, and nothing else may
-- pay the debt.
with part as (
    select
        undecided.relation_number,
        undecided.reference_key,
        undecided.provider_adjustment_id,
        undecided.provider_adjustment_number,
        undecided.amount,
        undecided.size,
        sum(undecided.size) over up_to_here as to_amount,
        sum(undecided.size) over up_to_here - undecided.size as from_amount,
        min(undecided.provider_adjustment_number) over up_to_here as first_number,
    from matching.undecided as undecided
    anti join matching.check_number as check_number using (provider_adjustment_id)
    anti join matching.decided_by_debt as decided using (provider_adjustment_id)
    where
        undecided.kind = 'recoupment'
        and undecided.reference_key is not null
        and not undecided.has_candidates
    window up_to_here as (
        partition by undecided.relation_number, undecided.reference_key order by undecided.provider_adjustment_number
    )
),

open_debt as (
    select relation_number, open_amount, from_number, until_number, opened_in_remittance, claim_family_id
    from matching.debt_balance
    where open_amount > 0 and until_number = 9223372036854775807
    union all
    select several.relation_number, several.open_amount, several.from_number, several.until_number,
        several.opened_in_remittance, null
    from matching.debt_group_balance as several
    anti join matching.debt_balance as alone using (relation_number, from_number, until_number, open_amount)
    where several.open_amount > 0 and several.until_number = 9223372036854775807
),

-- A sum that two debts, or two numbers, could make is nobody's.
made as (
    select part.relation_number, part.reference_key, part.to_amount as amount, part.first_number, open_debt.*
        exclude (relation_number, open_amount, from_number, until_number)
    from part
    join open_debt
        on open_debt.relation_number = part.relation_number
        and open_debt.open_amount = part.to_amount
        and open_debt.from_number < part.first_number
    where part.from_amount > 0 and part.to_amount <> floor(part.to_amount)
    qualify
        count(*) over (partition by part.relation_number, part.to_amount) = 1
        and row_number() over (partition by part.relation_number, part.reference_key order by part.to_amount) = 1
),

had as (
    select relation_number, claim_family_id, -amount as amount from takebacks.difference
    union all
    select relation_number, claim_family_id, paid_amount from takebacks.claim_payment where role <> 'reversal'
),

unrepeated as (
    select made.relation_number, made.reference_key
    from made
    left join had using (relation_number, amount)
    group by all
    having count(distinct had.claim_family_id) <= 1
),

debt as (
    select
        made.relation_number,
        made.reference_key,
        made.amount as made_amount,
        balance.claim_family_id,
        balance.claim_payment_id,
        sum(balance.open_amount) over up_to_here as to_amount,
        sum(balance.open_amount) over up_to_here - balance.open_amount as from_amount,
    from made
    semi join unrepeated
        on unrepeated.relation_number = made.relation_number and unrepeated.reference_key = made.reference_key
    join matching.debt_balance as balance
        on balance.relation_number = made.relation_number
        and balance.opened_in_remittance = made.opened_in_remittance
        and balance.claim_family_id = coalesce(made.claim_family_id, balance.claim_family_id)
        and balance.until_number = 9223372036854775807
        and balance.open_amount > 0
    window up_to_here as (
        partition by made.relation_number, made.reference_key order by balance.from_number, balance.claim_family_id
    )
),

-- Several debts under a number, one of which is a part's very amount.
mixed as (
    select debt.relation_number, debt.reference_key
    from debt
    join part
        on part.relation_number = debt.relation_number
        and part.reference_key = debt.reference_key
        and part.size = debt.to_amount - debt.from_amount
    where debt.to_amount - debt.from_amount <> debt.made_amount
    group by all
),

decided as (
    select
        part.provider_adjustment_id,
        debt.claim_family_id,
        debt.claim_payment_id,
        money(
            sign(part.amount)
            * (least(part.to_amount, debt.to_amount) - greatest(part.from_amount, debt.from_amount))
        ) as amount,
        'parts_under_one_number' as rule,
        cast(0.75 as decimal(3, 2)) as confidence,
        'the collections under this number make ' || dollars(debt.made_amount)
        || ', which '
        || if(
            count(*) over (partition by part.provider_adjustment_id) > 1 or debt.to_amount <> debt.made_amount,
            'all open debts of one remittance make, oldest first', 'only this claim owed'
        ) as evidence,
    from part
    join debt
        on debt.relation_number = part.relation_number
        and debt.reference_key = part.reference_key
        and part.to_amount <= debt.made_amount
        and debt.from_amount < part.to_amount
        and debt.to_amount > part.from_amount
    anti join mixed on mixed.relation_number = debt.relation_number and mixed.reference_key = debt.reference_key
)

select * from decided
