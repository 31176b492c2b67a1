-- grain: one row per claim payment with its family, its role, what it undoes or replaces, and the 837 claim it answers
--
-- A reversal answers the claim of the payment that it undoes, whatever its own numbers say. A payment without evidence
-- of its own inherits the claim of what it replaces, or that of its family where the family knows just one claim.
--
-- Only links are gathered at first; the columns of the payment join them last.
with linked as (
    select
        payment.claim_payment_id,
        payment.claim_payment_number,
        family.family_number,
        family.claim_family_id,
        reversal.reverses_claim_payment_id,
        reversal.reverses_claim_payment_number,
        reversal.reversal_rule,
        correction.reversal_claim_payment_id,
        correction.corrects_claim_payment_id,
        case
            when payment.is_reversal then 'reversal'
            when correction.claim_payment_id is not null or payment.claim_status_code = '22' then 'correction'
            else 'original'
        end as role,
        coalesce(replacement.claim_id, answer.claim_id) as own_claim_id,
        if(replacement.claim_id is not null, 'replacement_of_the_reversed_claim', answer.claim_match_rule) as own_rule,
    from staging.claim_payment as payment
    join takebacks.family as family using (claim_payment_number)
    left join takebacks.reversal as reversal using (claim_payment_number)
    left join takebacks.correction as correction on correction.claim_payment_id = payment.claim_payment_id
    left join takebacks.claim_answer as answer on answer.claim_payment_id = payment.claim_payment_id
    left join takebacks.replacement_answer as replacement on replacement.claim_payment_id = payment.claim_payment_id
),

known_claim as (
    select claim_payment_id, claim_payment_number, own_claim_id as claim_id
    from linked
),

family_claim as (
    select family_number, min(own_claim_id) as claim_id
    from linked
    where own_claim_id is not null
    group by all
    having min(own_claim_id) = max(own_claim_id)
),

claimed as (
    select
        linked.* exclude (own_claim_id, own_rule),
        case
            when linked.role = 'reversal' and undone.claim_id is not null then undone.claim_id
            when linked.own_claim_id is not null then linked.own_claim_id
            when linked.role = 'correction' and replaced.claim_id is not null then replaced.claim_id
            else family_claim.claim_id
        end as claim_id,
        case
            when linked.role = 'reversal' and undone.claim_id is not null then 'claim_of_the_reversed_payment'
            when linked.own_claim_id is not null then linked.own_rule
            when linked.role = 'correction' and replaced.claim_id is not null then 'claim_of_the_replaced_payment'
            when family_claim.claim_id is not null then 'claim_of_the_family'
        end as claim_match_rule,
    from linked
    left join known_claim as undone on undone.claim_payment_number = linked.reverses_claim_payment_number
    left join known_claim as replaced on replaced.claim_payment_id = linked.corrects_claim_payment_id
    left join family_claim on family_claim.family_number = linked.family_number
),

claim_payment as (
    select payment.*, claimed.* exclude (claim_payment_id, claim_payment_number)
    from staging.claim_payment as payment
    join claimed using (claim_payment_number)
)

select * from claim_payment
