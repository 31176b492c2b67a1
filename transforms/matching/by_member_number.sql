-- grain: one row per provider adjustment and claim family whose member's number stands in the reference
--
-- A member has many claims: the number only says among whose the debt is to be looked for.
with family_member as (
    select
        payment.relation_number,
        payment.member_key,
        payment.claim_family_id,
        min(payment.remittance_number) as first_remittance_number,
        max(payment.claim_payment_number) as claim_payment_number,
    from takebacks.claim_payment as payment
    where payment.member_key is not null
    group by all
),

by_member_number as (
    select
        token.provider_adjustment_id,
        family_member.claim_family_id,
        max(family_member.claim_payment_number) as claim_payment_number,
        'member_number' as rule,
        1 as strength,
        'reference (' || min(token.layout) || ') = member number' as evidence,
    from takebacks.reference_token as token
    join family_member
        on family_member.relation_number = token.relation_number and family_member.member_key = token.token
    where
        family_member.first_remittance_number <= token.remittance_number
        and length(token.token) >= 6
        and not contains(token.layout, 'without its last')
    group by token.provider_adjustment_id, family_member.claim_family_id
)

select * from by_member_number
