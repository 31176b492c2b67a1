-- grain: one row per adjustment and claim family that the open debts of its payer and payee single out
--
-- Amount alone never proves. What a reference may name comes first (decided_by_named_debt). Where it says nothing,
-- the one debt of exactly this amount, taken once or again (what the same check gives back to the cent, it spends on
-- some other debt); or all debts that one remittance opened together, when they make this amount and no second
-- collection could claim the same. A claim that was paid just this amount twice is another debt of it (paid_again).
-- A number that nothing on file has is evidence against: it speaks of a debt that is not on file, unless this payer is
-- known to collect under numbers of this form what it delayed under others (collecting_number), or the amount is one
-- that no other claim ever had (unrepeated_amount) and nothing else pays the debt.
with unreferenced as (
    select
        undecided.*,
        case
            when undecided.reference_key is null then 'no usable reference'
            when collecting.form is not null then 'a number of the form under which this payer collects debts'
            else 'an unknown number over an amount that no other claim ever had, and nothing else pays it'
        end as why,
        undecided.reference_key is not null and collecting.form is null as is_unknown,
        count(*) over (partition by undecided.relation_number, undecided.amount) as twins,
    from matching.undecided as undecided
    anti join matching.decided_by_named_debt using (provider_adjustment_id)
    anti join matching.check_number as check_number using (provider_adjustment_id)
    left join matching.collecting_number as collecting
        on collecting.relation_number = undecided.relation_number
        and collecting.form = number_form(undecided.reference_key)
    left join matching.unrepeated_amount as unrepeated using (provider_adjustment_id)
    anti join takebacks.paid_again as paid_again
        on paid_again.relation_number = undecided.relation_number
        and paid_again.paid_amount = undecided.size
        and paid_again.remittance_number < undecided.remittance_number
    where
        not undecided.has_candidates
        and (
            undecided.reference_key is null
            or collecting.form is not null
            or unrepeated.provider_adjustment_id is not null
        )
),

by_single_debt as (
    select
        unreferenced.provider_adjustment_id,
        debt.claim_family_id,
        debt.claim_payment_id,
        unreferenced.amount,
        'only_debt_of_this_amount' as rule,
        cast(if(unreferenced.is_unknown, 0.75, 0.8) as decimal(3, 2)) as confidence,
        unreferenced.why || '; the only open debt at this payer of ' || dollars(unreferenced.size) as evidence,
    from unreferenced
    join matching.debt_balance as debt
        on debt.relation_number = unreferenced.relation_number
        and debt.open_amount = unreferenced.size
        and debt.from_number < unreferenced.provider_adjustment_number
        and debt.until_number >= unreferenced.provider_adjustment_number
        and (not unreferenced.is_unknown or debt.until_number = 9223372036854775807)
    where not exists (
        from matching.kind as given_back
        where
            given_back.relation_number = unreferenced.relation_number
            and given_back.remittance_number = unreferenced.remittance_number
            and given_back.kind = 'give_back'
            and given_back.amount = -unreferenced.amount
    )
    qualify count(*) over (partition by unreferenced.provider_adjustment_id) = 1
),

-- All debts of one remittance that were open then, or all that nothing else pays to this day. One of which too much was
-- taken lowers what the others come to, but takes part in nothing.
group_of_size as (
    select unreferenced.provider_adjustment_id, debt.opened_in_remittance, false as is_rest
    from unreferenced
    join matching.debt_group_balance as debt
        on debt.relation_number = unreferenced.relation_number
        and debt.open_amount = unreferenced.size
        and debt.from_number < unreferenced.provider_adjustment_number
        and debt.until_number >= unreferenced.provider_adjustment_number
    where not unreferenced.is_unknown or debt.until_number = 9223372036854775807
    union all
    select unreferenced.provider_adjustment_id, rest.opened_in_remittance, true
    from unreferenced
    join matching.debt_rest as rest
        on rest.relation_number = unreferenced.relation_number
        and rest.open_amount = unreferenced.size
        and rest.opened_number < unreferenced.provider_adjustment_number
        and rest.families > 1
),

one_group as (
    select unreferenced.*, group_of_size.opened_in_remittance, group_of_size.is_rest
    from unreferenced
    anti join by_single_debt using (provider_adjustment_id)
    join (
        select provider_adjustment_id, opened_in_remittance, bool_and(is_rest) as is_rest
        from group_of_size
        group by all
    ) as group_of_size using (provider_adjustment_id)
    where unreferenced.twins = 1
    qualify count(*) over (partition by unreferenced.provider_adjustment_id) = 1
),

by_group as (
    select
        one_group.provider_adjustment_id,
        debt.claim_family_id,
        debt.claim_payment_id,
        money(sign(one_group.amount) * debt.open_amount) as amount,
        'all_debts_of_one_remittance' as rule,
        cast(if(one_group.is_unknown, 0.75, 0.8) as decimal(3, 2)) as confidence,
        one_group.why || '; all open debts of one remittance make ' || dollars(one_group.size) as evidence,
    from one_group
    join matching.debt_balance as debt
        on debt.relation_number = one_group.relation_number
        and debt.opened_in_remittance = one_group.opened_in_remittance
        and if(
            one_group.is_rest,
            debt.until_number = 9223372036854775807,
            debt.from_number < one_group.provider_adjustment_number
            and debt.until_number >= one_group.provider_adjustment_number
        )
        and debt.open_amount > 0
    qualify sum(debt.open_amount) over (partition by one_group.provider_adjustment_id) = one_group.size
),

decided as (
    from matching.decided_by_named_debt
    union all
    from by_single_debt
    union all
    from by_group
)

select * from decided
