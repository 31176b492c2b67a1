-- grain: one row per reversal whose payment is on file
-- reversal_rule: which evidence the two had in common
--
-- A family's payments are a stack: each version paid is opened, each reversal closes the newest open version that reads
-- the same. Stacks of different charge, paid amount and adjustments do not disturb each other, so each is walked alone:
-- within one, the version that a reversal closes is the last one opened at the depth where the reversal stands, which
-- is the row before it among all rows of that depth. What a step leaves over goes to the next, weaker one. A full
-- reversal (status 22) whose amounts fit no version stays an orphan: it undoes something that is not on file. Only a
-- negative under another status may take back a part of the payment of its number (step 8).
with recursive step(step_number, rule, by_number, by_original_number, by_adjustments, by_charge, by_paid, by_day) as (
    values
        (1, 'number_charge_paid_and_adjustments', true, false, true, true, true, false),
        (2, 'original_number_charge_paid_and_adjustments', false, true, true, true, true, false),
        (3, 'charge_paid_and_adjustments', false, false, true, true, true, false),
        (4, 'number_charge_and_paid', true, false, false, true, true, false),
        (5, 'charge_and_paid', false, false, false, true, true, false),
        (6, 'charge_and_paid_on_one_day', false, false, false, true, true, true),
        (7, 'paid', false, false, false, false, true, false),
        (8, 'number_of_a_part_taken_back', true, false, false, false, false, false),
),

walk as (
    select
        0 as step_number,
        cast(null as varchar) as rule,
        cast(null as bigint) as partner_number,
        version.*,
    from takebacks.version as version

    union all

    (
        with placed as (
            select
                walk.* replace (step.step_number as step_number, step.rule as rule),
                if(step.by_day, datediff('day', date '1900-01-01', payment_date) * 2 + is_reversal::int, 0) as place,
                concat_ws(
                    '|',
                    family_number,
                    if(step.by_number, coalesce(control_key, claim_payment_id), ''),
                    if(
                        step.by_original_number,
                        coalesce(if(is_reversal, original_control_key, control_key), claim_payment_id), ''
                    ),
                    if(step.by_adjustments, adjustments, ''),
                    if(step.by_charge, charge_amount::varchar, ''),
                    if(step.by_paid, paid_amount::varchar, '')
                ) as stack,
            from walk
            join step on step.step_number = walk.step_number + 1
            where
                walk.partner_number is null
                and (step.step_number < 7 or paid_amount > 0)
                and (step.step_number < 8 or not is_reversal or coalesce(claim_status_code, '') <> '22')
        ),

        stacked as (
            select *, sum(direction) over (partition by stack order by place, claim_payment_number) as opened
            from placed
        ),

        -- A reversal stands at the depth that it closes. One that finds nothing open stands at depth 1 as well, but
        -- never right after an open payment.
        measured as (
            select
                *,
                opened - least(0, min(opened) over (partition by stack order by place, claim_payment_number))
                + is_reversal::int as depth,
            from stacked
        ),

        paired as (
            select
                *,
                if(is_reversal, lag(is_reversal) over rung, not lead(is_reversal) over rung) as is_alone,
                if(is_reversal, lag(claim_payment_number) over rung, lead(claim_payment_number) over rung)
                    as other_number,
                if(is_reversal, lag(paid_amount) over rung, -lead(paid_amount) over rung) as other_amount,
            from measured
            window rung as (partition by stack, depth order by place, claim_payment_number)
        )

        select
            * exclude (place, stack, opened, depth, is_alone, other_number, other_amount)
            replace (
                if(
                    not is_alone and (step_number < 8 or if(is_reversal, paid_amount, -paid_amount) <= other_amount),
                    other_number, null
                ) as partner_number
            ),
        from paired
    )
),

-- Some payers take a payment back in pieces, over several remittances: full reversals of the charge whose paid amounts
-- add up to it.
left_over as (
    select *
    from walk
    qualify
        row_number() over (partition by claim_payment_number order by step_number desc) = 1
        and max(partner_number) over (partition by claim_payment_number) is null
),

pieces as (
    select
        family_number,
        control_key,
        charge_amount,
        sum(paid_amount) as paid_amount,
        min(claim_payment_number) as first_number,
    from left_over
    where is_reversal and control_key is not null
    group by all
    having count(*) > 1
),

taken_in_pieces as (
    select
        pieces.family_number,
        pieces.control_key,
        pieces.charge_amount,
        left_over.claim_payment_number as partner_number,
    from pieces
    join left_over using (family_number, control_key, charge_amount, paid_amount)
    where not left_over.is_reversal and left_over.claim_payment_number < pieces.first_number
    qualify count(*) over (partition by pieces.family_number, pieces.control_key, pieces.charge_amount) = 1
),

undone as (
    select claim_payment_number, partner_number, rule
    from walk
    where is_reversal and partner_number is not null
    union all
    select left_over.claim_payment_number, taken_in_pieces.partner_number, 'pieces_of_the_paid_amount'
    from left_over
    join taken_in_pieces using (family_number, control_key, charge_amount)
    where left_over.is_reversal
),

reversal as (
    select
        undoing.claim_payment_id,
        undoing.claim_payment_number,
        payment.claim_payment_id as reverses_claim_payment_id,
        payment.claim_payment_number as reverses_claim_payment_number,
        undone.rule as reversal_rule,
    from undone
    join staging.claim_payment as undoing on undoing.claim_payment_number = undone.claim_payment_number
    join staging.claim_payment as payment on payment.claim_payment_number = undone.partner_number
)

select * from reversal
