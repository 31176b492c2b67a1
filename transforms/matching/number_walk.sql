-- grain: one row per adjustment under a number that debts were opened under, and debt of it
-- taken_amount: what the adjustment takes from this debt (without a sign), 0 where it takes nothing from it
--
-- The adjustments under a number are gone through oldest first. A collection pays the debt that owes exactly as much;
-- else all debts, or all that one remittance opened, if they make the amount; else the one debt that it makes to the
-- cent together with the collections that follow; else the oldest first, as far as they reach. What is more than all of
-- them owe, and more than interest explains, pays none of them. A number that names something else as well (an account,
-- the check that paid) is taken for the receivable's only as far as amounts prove it: to the cent, in one piece or in
-- all. What goes beyond is interest or a second taking: it belongs to the claim where the number is the receivable's
-- own (opaque) and stands for one, and to the debt that alone was opened with exactly this amount where all are paid,
-- or owe less: of two such debts nothing tells which was taken again.
with recursive walk as (
    select
        receivable.relation_number,
        receivable.reference_key,
        row_number() over (
            partition by receivable.relation_number, receivable.reference_key
            order by receivable.provider_adjustment_number, receivable.claim_payment_number,
                receivable.claim_family_id
        ) as debt_number,
        receivable.claim_family_id,
        receivable.claim_payment_id,
        receivable.remittance_number as opened_in_remittance,
        opening.step as opened_at,
        count(distinct receivable.claim_family_id) over (
            partition by receivable.relation_number, receivable.reference_key
        ) as families,
        receivable.amount,
        money(0) as open_amount,
        cast(0 as bigint) as step,
        cast(null as varchar) as provider_adjustment_id,
        cast(0 as bigint) as direction,
        money(0) as taken_amount,
        cast(null as varchar) as how,
    from matching.receivable as receivable
    join matching.number_event as opening using (relation_number, reference_key, provider_adjustment_id)

    union all

    (
        with met as (
            select
                walk.* exclude (step, provider_adjustment_id, direction, taken_amount, how),
                event.step,
                event.provider_adjustment_id,
                event.direction,
                event.is_opaque,
                event.pays_up,
                event.coming,
                money(event.size) as size,
            from walk
            join matching.number_event as event
                on event.relation_number = walk.relation_number
                and event.reference_key = walk.reference_key
                and event.step = walk.step + 1
        ),

        summed as (
            select
                *,
                sum(open_amount) over one_number as open_total,
                sum(open_amount) over up_to_here as to_amount,
                sum(open_amount) over one_remittance as remittance_total,
                sum(if(opened_at < step, amount, 0)) over one_number as total,
                open_amount > 0 and coalesce(list_contains(coming, open_amount), false) as is_made,
                if(open_amount = size, row_number() over (
                    partition by relation_number, reference_key, open_amount order by debt_number
                ), 0) as exact_place,
                if(opened_at < step and amount = size, row_number() over (
                    partition by relation_number, reference_key, amount, opened_at < step order by debt_number
                ), 0) as again_place,
            from met
            window
                one_number as (partition by relation_number, reference_key),
                up_to_here as (partition by relation_number, reference_key order by debt_number),
                one_remittance as (partition by relation_number, reference_key, opened_in_remittance)
        ),

        judged as (
            select
                *,
                case
                    when size is null then null
                    when families = 1 and is_opaque then 'the only claim'
                    when max(exact_place) over one_number > 0 then 'exactly this debt'
                    when open_total = size then 'all debts'
                    when count(*) filter (where remittance_total = size) over one_number > 0
                        and min(opened_in_remittance) filter (where remittance_total = size) over one_number
                            = max(opened_in_remittance) filter (where remittance_total = size) over one_number
                        then 'all debts of one remittance'
                    when is_opaque and count(*) filter (where is_made) over one_number = 1
                        then 'parts that make this debt'
                    when open_total > 0 and is_opaque and not within_interest(size - open_total, open_total)
                        then if(max(again_place) over one_number = 1, 'exactly this debt again', null)
                    when open_total > 0 and (is_opaque or (families = 1 and pays_up and size < open_total))
                        then 'oldest first'
                    when open_total = 0 and total = size then 'all debts again'
                    when open_total = 0 and max(again_place) over one_number = 1 then 'exactly this debt again'
                end as how,
            from summed
            window one_number as (partition by relation_number, reference_key)
        ),

        moved as (
            select
                *,
                money(case
                    when opened_at >= step then 0
                    when how = 'the only claim' then if(
                        debt_number = max(debt_number) over taking_from,
                        greatest(size - (to_amount - open_amount), 0),
                        greatest(least(open_amount, size - (to_amount - open_amount)), 0)
                    )
                    when how = 'exactly this debt' then if(exact_place = 1, size, 0)
                    when how = 'all debts' then open_amount
                    when how = 'all debts of one remittance' then if(remittance_total = size, open_amount, 0)
                    when how = 'parts that make this debt' then if(is_made, size, 0)
                    when how = 'oldest first' then greatest(least(open_amount, size - (to_amount - open_amount)), 0)
                    when how = 'all debts again' then amount
                    when how = 'exactly this debt again' then if(again_place = 1, size, 0)
                    else 0
                end) as taken,
            from judged
            window taking_from as (partition by relation_number, reference_key, opened_at < step)
        )

        select
            relation_number,
            reference_key,
            debt_number,
            claim_family_id,
            claim_payment_id,
            opened_in_remittance,
            opened_at,
            families,
            amount,
            money(greatest(open_amount - taken, 0) + if(opened_at = step, amount, 0)) as open_amount,
            step,
            provider_adjustment_id,
            coalesce(cast(direction as bigint), 0) as direction,
            taken as taken_amount,
            how,
        from moved
    )
)

select * from walk
where taken_amount <> 0
