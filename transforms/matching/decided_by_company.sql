-- grain: one row per adjustment that belongs to the claim of another one beside it or before it
--
-- Legs of one recovery whose own references proved nothing follow a leg that is decided: the WO beside a 72 (refund
-- pair), and the B2 that returns its excess; anything under the same number, where that number names no claim of its
-- own, the other leg was proven by more than its amount, and no leg under it is another claim's; and a recoupment given
-- back under the same number, or none, when only one recoupment before it had exactly that amount (under the same
-- number it may have taken interest as well), or all before it under the number together. A claim that was not yet paid
-- is no company.
with proven as (
    select provider_adjustment_id, claim_family_id, claim_payment_id, confidence
    from matching.proven_alone
),

single as (
    select kind.*, proven.claim_family_id, proven.claim_payment_id, proven.confidence
    from proven
    join matching.kind as kind using (provider_adjustment_id)
    qualify count(*) over (partition by provider_adjustment_id) = 1
),

left_over as (
    select kind.*
    from matching.kind as kind
    anti join proven using (provider_adjustment_id)
    where kind.concerns_claims
),

beside as (
    select leg.provider_adjustment_id, other.provider_adjustment_id as company_id, 'beside_the_refund' as rule
    from takebacks.refund_pair as leg
    join takebacks.refund_pair as other
        on other.refund_id = leg.refund_id and other.provider_adjustment_id <> leg.provider_adjustment_id
),

excess as (
    select left_over.provider_adjustment_id, single.provider_adjustment_id as company_id, 'beside_the_refund' as rule
    from left_over
    join single
        on single.remittance_id = left_over.remittance_id
        and single.reference_key is not distinct from left_over.reference_key
        and single.kind = 'refund'
    where left_over.kind = 'excess_refund'
),

number_of_one_claim as (
    select kind.relation_number, kind.reference_key
    from proven
    join matching.kind as kind using (provider_adjustment_id)
    where kind.reference_key is not null
    group by all
    having min(proven.claim_family_id) = max(proven.claim_family_id)
),

numbered as (
    select left_over.provider_adjustment_id, single.provider_adjustment_id as company_id, 'same_number' as rule
    from left_over
    join single
        on single.relation_number = left_over.relation_number
        and single.reference_key = left_over.reference_key
        and single.confidence >= 0.9
    semi join number_of_one_claim as number
        on number.relation_number = left_over.relation_number and number.reference_key = left_over.reference_key
    anti join matching.candidate as candidate
        on candidate.provider_adjustment_id = left_over.provider_adjustment_id
    anti join matching.check_number as check_number
        on check_number.provider_adjustment_id = left_over.provider_adjustment_id
),

repaid as (
    select
        left_over.provider_adjustment_id,
        single.provider_adjustment_id as company_id,
        'same_amount_given_back' as rule,
    from left_over
    join single
        on single.relation_number = left_over.relation_number
        and single.reference_key is not distinct from left_over.reference_key
        and (
            single.amount = -left_over.amount
            or (
                left_over.reference_key is not null
                and single.amount > -left_over.amount
                and within_interest(single.amount + left_over.amount, -left_over.amount)
            )
        )
        and single.kind = 'recoupment'
        and single.provider_adjustment_number < left_over.provider_adjustment_number
    where left_over.kind = 'give_back'
    qualify count(*) over (partition by left_over.provider_adjustment_id) = 1
),

repaid_in_all as (
    select
        left_over.provider_adjustment_id,
        min(single.provider_adjustment_id) as company_id,
        'same_sum_given_back' as rule,
    from left_over
    join single
        on single.relation_number = left_over.relation_number
        and single.reference_key = left_over.reference_key
        and single.kind = 'recoupment'
        and single.provider_adjustment_number < left_over.provider_adjustment_number
    where left_over.kind = 'give_back'
    group by left_over.provider_adjustment_id, left_over.amount
    having
        sum(single.amount) = -left_over.amount
        and count(*) > 1
        and min(single.claim_family_id) = max(single.claim_family_id)
),

family_start as (
    select payment.claim_family_id, min(payment.remittance_number) as remittance_number
    from takebacks.claim_payment as payment
    semi join single using (claim_family_id)
    group by all
),

company as (
    from beside
    union all
    from excess
    union all
    from numbered
    union all
    from repaid
    union all
    from repaid_in_all
),

decided as (
    select
        left_over.provider_adjustment_id,
        single.claim_family_id,
        single.claim_payment_id,
        left_over.amount,
        company.rule,
        least(single.confidence, cast(0.93 as decimal(3, 2))) as confidence,
        case company.rule
            when 'beside_the_refund' then 'stands beside the other leg of the same refund'
            when 'same_number' then 'same number as another adjustment of this claim'
            when 'same_sum_given_back' then 'gives back exactly what all recoupments under this number took'
            else 'gives back what one earlier recoupment took'
        end as evidence,
    from left_over
    join company using (provider_adjustment_id)
    join single on single.provider_adjustment_id = company.company_id
    left join family_start on family_start.claim_family_id = single.claim_family_id
    where coalesce(family_start.remittance_number <= left_over.remittance_number, true)
    qualify
        row_number() over (
            partition by left_over.provider_adjustment_id order by company.rule, single.provider_adjustment_number
        ) = 1
        and min(single.claim_family_id) over (partition by left_over.provider_adjustment_id)
            = max(single.claim_family_id) over (partition by left_over.provider_adjustment_id)
)

select * from decided
