-- grain: one row per claim payment with its family, its role, what it undoes or replaces, and the 837 claim it answers
--
-- A reversal answers the claim of the payment that it undoes, whatever its own numbers say. A payment without evidence
-- of its own inherits the claim of what it replaces, or that of its family where the family knows just one claim.
--
-- Only links are gathered at first; the columns of the payment join them last.
with linked as (
    select
        payment.claim_payment_number,
        family.family_number,
        family.claim_family_id,
        reversal.reverses_claim_payment_id,
        reversal.reverses_claim_payment_number,
        reversal.reversal_rule,
        correction.reversal_claim_payment_id,
        correction.corrects_claim_payment_id,
        correction.corrects_claim_payment_number,
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
    left join takebacks.correction as correction using (claim_payment_number)
    left join takebacks.claim_answer as answer using (claim_payment_number)
    left join takebacks.replacement_answer as replacement on replacement.claim_payment_id = payment.claim_payment_id
),

-- The claim of the payment that a reversal undoes or a correction replaces.
inherited as (
    select linked.claim_payment_number, earlier.own_claim_id as claim_id
    from linked
    join linked as earlier
        on earlier.claim_payment_number = case linked.role
            when 'reversal' then linked.reverses_claim_payment_number
            when 'correction' then linked.corrects_claim_payment_number
        end
    where linked.role <> 'original' and earlier.own_claim_id is not null
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
        linked.* exclude (own_claim_id, own_rule, corrects_claim_payment_number),
        case
            when linked.role = 'reversal' and inherited.claim_id is not null then inherited.claim_id
            else coalesce(linked.own_claim_id, inherited.claim_id, family_claim.claim_id)
        end as claim_id,
        case
            when linked.role = 'reversal' and inherited.claim_id is not null then 'claim_of_the_reversed_payment'
            when linked.own_claim_id is not null then linked.own_rule
            when inherited.claim_id is not null then 'claim_of_the_replaced_payment'
            when family_claim.claim_id is not null then 'claim_of_the_family'
        end as claim_match_rule,
    from linked
    left join inherited using (claim_payment_number)
    left join family_claim on family_claim.family_number = linked.family_number
),

claim_payment as (
    select payment.*, claimed.* exclude (claim_payment_number)
    from staging.claim_payment as payment
    join claimed using (claim_payment_number)
)

select * from claim_payment
