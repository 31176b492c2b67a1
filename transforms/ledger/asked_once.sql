-- grain: one row per claim family that was asked for an amount once, as far as can be seen, and gave it twice
-- amount: what was taken the second time
-- is_certain: false where it may also have been one demand in two equal parts
--
-- A letter is known only by what came of it. The same amount under the same number is no second demand: it was
-- refunded and taken all the same, or taken and then taken once more. Two equal parts of one demand look alike; so
-- the second holds only where one of the two came in a single piece, nothing else was taken under the number, two to
-- six of them are not just what a payment of the claim was (to the cents that parts are rounded by), and the payer
-- is not seen to collect known debts in equal parts.
with reference_total as (
    select relation_number, reference_key, sum(amount) as amount
    from matching.kind
    where kind = 'recoupment' and reference_key is not null
    group by all
),

taking as (
    select
        movement.*,
        kind.relation_number,
        sum(movement.amount) over (
            partition by movement.claim_family_id, movement.reference_key order by movement.provider_adjustment_number
        ) as running_amount,
        sum(movement.amount) over (partition by movement.claim_family_id, movement.reference_key) as total_amount,
    from ledger.claim_movement as movement
    join matching.kind as kind using (provider_adjustment_id)
    where movement.kind = 'recoupment' and movement.amount > 0
),

after_refund as (
    select taken.claim_family_id, sum(taken.amount) as amount
    from taking as taken
    where exists (
        from ledger.claim_movement as refund
        where
            refund.kind = 'refund'
            and refund.claim_family_id = taken.claim_family_id
            and refund.reference_key is not distinct from taken.reference_key
            and refund.amount = -taken.amount
            and refund.provider_adjustment_number < taken.provider_adjustment_number
    )
    group by all
),

known_debt as (
    select claim_family_id, -sum(amount) as amount
    from takebacks.difference
    group by all
),

collecting_equal_parts as (
    select taking.relation_number
    from taking
    join known_debt using (claim_family_id)
    where taking.total_amount <= known_debt.amount
    group by taking.relation_number, taking.claim_family_id, taking.reference_key, taking.amount
    having count(*) > 1
),

halves as (
    select
        taking.claim_family_id,
        sum(taking.amount) filter (where taking.running_amount * 2 > taking.total_amount) as amount,
    from taking
    join reference_total
        on reference_total.relation_number = taking.relation_number
        and reference_total.reference_key = taking.reference_key
        and reference_total.amount = taking.total_amount
    anti join collecting_equal_parts as collecting on collecting.relation_number = taking.relation_number
    where
        not exists (
            from takebacks.claim_payment as payment
            cross join range(1, 7) as divided(parts)
            where
                payment.claim_family_id = taking.claim_family_id
                and if(
                    parts = 1,
                    payment.paid_amount * 2 = taking.total_amount,
                    abs(payment.paid_amount * 2 - taking.total_amount * parts) <= parts * 0.02
                )
        )
    group by taking.claim_family_id, taking.reference_key
    having
        bool_or(taking.running_amount * 2 = taking.total_amount)
        and least(
            count(*) filter (where taking.running_amount * 2 <= taking.total_amount),
            count(*) filter (where taking.running_amount * 2 > taking.total_amount)
        ) = 1
),

taken_again as (
    select halves.claim_family_id, sum(halves.amount) as amount
    from halves
    semi join takebacks.claim_payment as payment using (claim_family_id)
    anti join after_refund using (claim_family_id)
    group by all
),

asked_once as (
    select *, true as is_certain from after_refund
    union all
    select *, false from taken_again
)

select * from asked_once
