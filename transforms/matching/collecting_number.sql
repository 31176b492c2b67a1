-- grain: one row per relation and form of number under which it collects debts that it delayed under other numbers
--
-- Some payers delay under the claim's number and collect under that of a second letter. One collection that meets an
-- open debt to the cent may be chance; the form is known when at least three of different amounts did, each met just
-- one debt or all debts of one remittance, and no more than a third of the collections under it met none.
with unknown_number as (
    select *, number_form(reference_key) as form
    from matching.undecided
    where kind = 'recoupment' and reference_key is not null and not has_candidates
),

met as (
    select unknown_number.provider_adjustment_id, count(*) as debts
    from unknown_number
    join (
        select relation_number, from_number, until_number, open_amount from matching.debt_balance
        union all
        select several.* exclude (opened_in_remittance)
        from matching.debt_group_balance as several
        anti join matching.debt_balance as alone using (relation_number, from_number, until_number, open_amount)
    ) as debt
        on debt.relation_number = unknown_number.relation_number
        and debt.open_amount = unknown_number.size
        and debt.from_number < unknown_number.provider_adjustment_number
        and debt.until_number >= unknown_number.provider_adjustment_number
    group by all
)

select relation_number, form
from unknown_number
left join met using (provider_adjustment_id)
group by all
having
    count(distinct size) filter (where met.debts = 1) >= 3
    and count(*) filter (where met.debts is null) * 3 <= count(*)
