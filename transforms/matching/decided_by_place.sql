-- grain: one row per delay and claim family that the same remittance proves, where the reference did not
--
-- by_same_remittance_difference, for adjustments whose reference proved nothing, and for claims that no other
-- adjustment of the remittance holds harmless already. Last, where one delay and several lowered claims are left over,
-- and their sum is its amount, it holds all of them harmless.
with held_by_reference as (
    select kind.remittance_id, decided.claim_family_id
    from matching.decided_by_reference as decided
    join matching.kind as kind using (provider_adjustment_id)
    where kind.kind = 'deferral'
),

placed as (
    select
        place.provider_adjustment_id,
        place.claim_family_id,
        place.undone_claim_payment_id as claim_payment_id,
        place.amount,
        place.rule,
        cast(if(place.rule = 'same_remittance_difference_in_order', 0.85, 0.9) as decimal(3, 2)) as confidence,
        place.evidence,
        count(held.claim_family_id) over (partition by place.provider_adjustment_id) as held_already,
    from matching.by_same_remittance_difference as place
    join matching.kind as kind using (provider_adjustment_id)
    anti join matching.decided_by_reference as decided using (provider_adjustment_id)
    left join held_by_reference as held
        on held.remittance_id = kind.remittance_id and held.claim_family_id = place.claim_family_id
    where kind.kind = 'deferral'
),

by_place as (
    select * exclude (held_already)
    from placed
    where held_already = 0
),

delay_left_over as (
    select kind.provider_adjustment_id, kind.remittance_id, kind.amount
    from matching.kind as kind
    anti join matching.decided_by_reference as by_reference using (provider_adjustment_id)
    anti join by_place using (provider_adjustment_id)
    where kind.kind = 'deferral'
    qualify count(*) over (partition by kind.remittance_id) = 1
),

claim_left_over as (
    select difference.*
    from takebacks.difference as difference
    anti join held_by_reference as held using (remittance_id, claim_family_id)
    anti join (
        select kind.remittance_id, by_place.claim_family_id
        from by_place
        join matching.kind as kind using (provider_adjustment_id)
    ) as held_by_place using (remittance_id, claim_family_id)
    where difference.amount < 0
),

by_rest as (
    select
        delay.provider_adjustment_id,
        claim.claim_family_id,
        claim.undone_claim_payment_id as claim_payment_id,
        claim.amount,
        'same_remittance_rest_of_differences' as rule,
        cast(0.88 as decimal(3, 2)) as confidence,
        'amount ' || dollars(-delay.amount) || ' = sum of the '
        || count(*) over (partition by delay.provider_adjustment_id)
        || ' claims that this remittance lowered and that nothing else there holds harmless' as evidence,
    from delay_left_over as delay
    join claim_left_over as claim using (remittance_id)
    qualify sum(claim.amount) over (partition by delay.provider_adjustment_id) = delay.amount
),

decided as (
    from by_place
    union all by name
    from by_rest
)

select * from decided
