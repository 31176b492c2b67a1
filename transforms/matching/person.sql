-- grain: one row per decision of a person with what becomes of it
-- outcome: applied; superseded (a later or more careful one stands); stale (no such provider adjustment on file); or
--     refused (then the rules decide, as if it had not been made)
-- part_amount: of a match, the part of the adjustment with its sign
--
-- A claim is named by any of its published ids. A family's id is that of its first payment, or of its 837 claim: where
-- an older payment has come in since, the old id still leads to the family.
with named as (
    select
        decision.*,
        regexp_replace(decision.claim, '^family-', '') as claim_key,
        kind.provider_adjustment_id is null as is_stale,
        kind.concerns_claims,
        kind.amount as adjustment_amount,
        remittance.payer_key,
    from staging.decision as decision
    left join matching.kind as kind using (provider_adjustment_id)
    left join staging.remittance as remittance using (remittance_id)
),

known_claim as (
    select claim_payment_id as claim_key, claim_family_id, claim_payment_id, claim_id, remittance_id
    from takebacks.claim_payment
    union all
    select
        claim_id, min(claim_family_id), arg_max(claim_payment_id, claim_payment_number), claim_id,
        arg_max(remittance_id, claim_payment_number),
    from takebacks.claim_payment
    where claim_id is not null
    group by claim_id
    having count(distinct claim_family_id) = 1
    union all
    select claim.claim_id, 'family-' || claim.claim_id, null, claim.claim_id, null
    from staging.claim as claim
    anti join takebacks.claim_payment as payment on payment.claim_id = claim.claim_id
),

resolved as (
    select
        named.*,
        known.claim_family_id,
        known.claim_payment_id,
        known.claim_id,
        remittance.payer_key <> named.payer_key as is_of_another_payer,
        count(*) over one_standing as rows,
        count(*) over (
            partition by named.provider_adjustment_id, named.standing, known.claim_family_id
        ) as of_this_claim,
        count(named.amount) over one_standing as amounts,
        sum(named.amount) over one_standing as total,
    from named
    left join known_claim as known on known.claim_key = named.claim_key and not named.is_stale
    left join staging.remittance as remittance on remittance.remittance_id = known.remittance_id
    window one_standing as (partition by named.provider_adjustment_id, named.standing)
),

judged as (
    select
        *,
        case
            when is_stale or not standing then null
            when not concerns_claims then 'this adjustment is about no claim'
            when claim_key is not null and claim_family_id is null then 'no such claim on file'
            when action <> 'match' then null
            when claim_key is null then 'a match names a claim'
            when is_of_another_payer then 'the claim is of another payer'
            when of_this_claim > 1 then 'the claim is named twice'
            when rows > 1 and amounts < rows then 'an amount for each claim is needed'
            when coalesce(total, 0) > abs(adjustment_amount) then 'more than there is'
        end as why,
    from resolved
),

person as (
    select
        * exclude (is_stale, concerns_claims, rows, of_this_claim, amounts, total, is_of_another_payer, payer_key, why),
        case
            when is_stale then 'stale'
            when not standing then 'superseded'
            when bool_or(why is not null) over one_standing then 'refused'
            else 'applied'
        end as outcome,
        coalesce(why, if(standing and bool_or(why is not null) over one_standing, 'another row of it is refused', null))
            as why,
        money(sign(adjustment_amount) * coalesce(amount, abs(adjustment_amount))) as part_amount,
    from judged
    window one_standing as (partition by provider_adjustment_id, standing)
)

select * from person
