-- grain: one row per claim payment with its claim family
--
-- The family is named after the content of its first payment, so that later versions do not rename it.
with first_payment as (
    select
        payment.claim_payment_id,
        payment.claim_payment_number,
        payment.relation_number,
        coalesce(label.first_number, payment.claim_payment_number) as first_number,
    from staging.claim_payment as payment
    left join takebacks.family_label as label using (claim_payment_number)
),

family as (
    select
        member.claim_payment_id,
        member.claim_payment_number,
        member.relation_number,
        member.first_number as family_number,
        'family-' || first_payment.claim_payment_id as claim_family_id,
    from first_payment as member
    join staging.claim_payment as first_payment on first_payment.claim_payment_number = member.first_number
)

select * from family
