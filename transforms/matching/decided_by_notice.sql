-- grain: one row per adjustment and claim family that a payer's letter of the number in its reference names
--
-- The letter says which claims its number stands for and how much of it each of them owes. What is taken under the
-- number belongs to the one claim; or to each its own amount where all is taken at once or claim by claim; else it is
-- laid over the claims in the order of their payments, and says so. All of it once more is laid over them anew; what
-- goes beyond stays unmatched. A claim number in the reference says more than the letter and is left to it.
with named_claim as (
    select provider_adjustment_id
    from matching.candidate
    where has_claim_number
    group by all
),

named as (
    select kind.*, abs(kind.amount) as size, by_notice.letter_key, by_notice.layout
    from matching.by_notice as by_notice
    join matching.kind as kind using (provider_adjustment_id)
    anti join named_claim using (provider_adjustment_id)
    where kind.kind in ('recoupment', 'refund', 'give_back', 'deferral')
    qualify count(*) over (partition by provider_adjustment_id) = 1
),

letter as (
    select
        relation_number,
        letter_key,
        max(claims) as claims,
        max(known_amount) as known_amount,
        max(stated_amount) as stated_amount,
        bool_and(is_whole) as is_whole,
        max(letter_date) as letter_date,
    from takebacks.letter_claim
    group by all
),

taken as (
    select
        named.*,
        letter.* exclude (relation_number, letter_key),
        sum(named.size) over one_letter - named.size as from_amount,
        sum(named.size) over one_letter as to_amount,
    from named
    join letter using (relation_number, letter_key)
    where named.kind in ('recoupment', 'refund')
    window one_letter as (
        partition by named.relation_number, named.letter_key order by named.provider_adjustment_number
    )
),

-- Each taking is the amount of just one claim, and of another one each time.
alone as (
    select taken.provider_adjustment_id, taken.relation_number, taken.letter_key, claim.claim_family_id
    from taken
    join takebacks.letter_claim as claim using (relation_number, letter_key)
    where claim.amount = taken.size and taken.claims > 1
    qualify
        count(*) over (partition by taken.provider_adjustment_id) = 1
        and count(*) over (partition by taken.relation_number, taken.letter_key, claim.claim_family_id) = 1
),

claim_by_claim as (
    select taken.relation_number, taken.letter_key
    from taken
    left join alone using (provider_adjustment_id)
    group by all
    having count(*) = count(alone.provider_adjustment_id)
),

placed as (
    select
        taken.* replace (
            if(from_amount >= known_amount and size = known_amount, 0, from_amount) as from_amount,
            if(from_amount >= known_amount and size = known_amount, size, to_amount) as to_amount
        ),
        case
            when claims = 1 and is_whole then 'one claim'
            when from_amount = 0 and size = stated_amount then 'all at once'
            when claim_by_claim.letter_key is not null then 'claim by claim'
            when is_whole then 'in order'
        end as way,
    from taken
    left join claim_by_claim using (relation_number, letter_key)
    union all by name
    select
        named.*,
        letter.* exclude (relation_number, letter_key),
        0 as from_amount,
        named.size as to_amount,
        if(letter.claims = 1, 'one claim', 'all at once') as way,
    from named
    join letter using (relation_number, letter_key)
    where
        named.kind in ('give_back', 'deferral')
        and letter.is_whole
        and (named.size = letter.known_amount or (letter.claims = 1 and named.kind = 'give_back'))
),

shared as (
    select
        placed.*,
        claim.claim_family_id,
        claim.claim_payment_number,
        claim.amount as asked_amount,
        money(sign(placed.amount) * case placed.way
            when 'one claim' then placed.size
            when 'all at once' then claim.amount
            when 'claim by claim' then if(alone.claim_family_id = claim.claim_family_id, placed.size, 0)
            else greatest(
                0, least(placed.to_amount, claim.to_amount)
                - greatest(placed.from_amount, claim.to_amount - claim.amount)
            )
        end) as part_amount,
    from placed
    join takebacks.letter_claim as claim using (relation_number, letter_key)
    left join alone using (provider_adjustment_id)
    where placed.way is not null
),

-- The WO beside a 72 is its other leg: it belongs to the same claims.
both_legs as (
    select provider_adjustment_id, * exclude (provider_adjustment_id) from shared
    union all by name
    select contra.provider_adjustment_id, shared.* exclude (provider_adjustment_id) replace (
        -shared.part_amount as part_amount
    )
    from shared
    join takebacks.refund_pair as refund
        on refund.provider_adjustment_id = shared.provider_adjustment_id and refund.leg = 'refund'
    join takebacks.refund_pair as contra
        on contra.refund_id = refund.refund_id and contra.leg = 'refund_contra'
    join matching.kind as kind
        on kind.provider_adjustment_id = contra.provider_adjustment_id and kind.amount = -shared.amount
    anti join named_claim on named_claim.provider_adjustment_id = contra.provider_adjustment_id
),

-- What was taken back is the payment that was undone, where one was.
undone as (
    select
        both_legs.provider_adjustment_id,
        both_legs.claim_family_id,
        arg_max(difference.undone_claim_payment_id, difference.remittance_number) as claim_payment_id,
    from both_legs
    join takebacks.difference as difference
        on difference.claim_family_id = both_legs.claim_family_id
        and difference.remittance_number <= both_legs.remittance_number
    where difference.undone_claim_payment_id is not null
    group by all
),

decided as (
    select
        both_legs.provider_adjustment_id,
        both_legs.claim_family_id,
        coalesce(undone.claim_payment_id, payment.claim_payment_id) as claim_payment_id,
        both_legs.part_amount as amount,
        'notice' as rule,
        cast(if(both_legs.way = 'in order', 0.85, 0.97) as decimal(3, 2)) as confidence,
        'reference (' || both_legs.layout || ') = number of the letter of ' || both_legs.letter_date
        || ', which asks back ' || dollars(both_legs.asked_amount) || ' for this claim'
        || case both_legs.way
            when 'one claim' then ' alone'
            when 'all at once' then '; all of it at once'
            when 'claim by claim' then '; taken claim by claim'
            else '; taken in parts and laid over its claims in the order of their payments'
        end as evidence,
    from both_legs
    left join staging.claim_payment as payment using (claim_payment_number)
    left join undone
        on undone.provider_adjustment_id = both_legs.provider_adjustment_id
        and undone.claim_family_id = both_legs.claim_family_id
    where both_legs.part_amount <> 0
)

select * from decided
