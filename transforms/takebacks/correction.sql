-- grain: one row per payment that replaces a reversed one
--
-- What was reversed stands open until a payment of the same family follows; the first reversed is the first replaced.
-- First within one claim control number (or the number that REF*F8 names), then within one account number and charge,
-- then within the family, for replacements that change the charge. Parts of a split claim (MA15) do not replace each
-- other. Last, payers that write the correction before the reversal are taken at their word within one remittance.
with recursive step(step_number, by_number, by_service, by_remittance) as (
    values (1, true, false, false), (2, false, true, false), (3, false, false, false), (4, false, false, true)
),

walk as (
    select
        0 as step_number,
        cast(null as bigint) as partner_number,
        version.*,
        reversal.reverses_claim_payment_number,
    from takebacks.version as version
    left join takebacks.reversal as reversal using (claim_payment_id)

    union all

    (
        with placed as (
            select
                walk.* replace (step.step_number as step_number),
                if(by_remittance, not is_reversal, false) as is_late,
                if(is_reversal, 1, -1) as turn,
                concat_ws(
                    '|',
                    family_number,
                    if(by_number, if(is_reversal, control_key, coalesce(original_control_key, control_key)), ''),
                    if(by_service, concat_ws('|', account_key, charge_amount), ''),
                    if(by_remittance, remittance_number::varchar, '')
                ) as queue,
            from walk
            join step on step.step_number = walk.step_number + 1
            where walk.partner_number is null and (step.step_number < 3 or not is_part)
        ),

        queued as (
            select *, sum(turn) over (partition by queue order by is_late, claim_payment_number) as waiting
            from placed
        ),

        -- A payment replaces something unless nothing is waiting, that is, unless it makes a new low.
        served as (
            select
                *,
                not is_reversal and waiting < least(0, coalesce(min(waiting) over (
                    partition by queue order by is_late, claim_payment_number
                    rows between unbounded preceding and 1 preceding
                ), 0)) as is_unasked,
            from queued
        ),

        numbered as (
            select
                *,
                row_number() over (
                    partition by queue, is_reversal, is_unasked order by is_late, claim_payment_number
                ) as turn_number,
            from served
        ),

        -- The first reversed and the first replacing share turn 1 of their queue, and so on.
        paired as (
            select
                *,
                coalesce(lag(claim_payment_number) over one_turn, lead(claim_payment_number) over one_turn)
                    as other_number,
                coalesce(
                    reverses_claim_payment_number,
                    lag(reverses_claim_payment_number) over one_turn,
                    lead(reverses_claim_payment_number) over one_turn
                ) as undone_number,
            from numbered
            window one_turn as (partition by queue, is_unasked, turn_number order by is_late, claim_payment_number)
        )

        select
            * exclude (is_late, turn, queue, waiting, is_unasked, turn_number, other_number, undone_number)
            replace (
                if(
                    is_unasked or undone_number in (claim_payment_number, other_number), null, other_number
                ) as partner_number
            ),
        from paired
    )
),

correction as (
    select
        replacing.claim_payment_id,
        replacing.claim_payment_number,
        reversing.claim_payment_id as reversal_claim_payment_id,
        reversal.reverses_claim_payment_id as corrects_claim_payment_id,
        reversal.reverses_claim_payment_number as corrects_claim_payment_number,
    from walk as replacing
    join staging.claim_payment as reversing on reversing.claim_payment_number = replacing.partner_number
    left join takebacks.reversal as reversal on reversal.claim_payment_number = reversing.claim_payment_number
    where not replacing.is_reversal
)

select * from correction
