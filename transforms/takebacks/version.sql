-- grain: one row per claim payment of a family in which something was reversed
--
-- Amounts are turned so that a reversal and the payment that it undoes read the same. The adjustments are compared as
-- sums per group and reason over claim and lines: some payers reverse at claim level what they paid by line. A payment
-- that replaces a lost check (MA74) repeats an adjudication, it is no version.
with reversed_family as (
    select family.family_number
    from takebacks.family as family
    join staging.claim_payment as payment using (claim_payment_id)
    where payment.is_reversal
    group by all
),

member as (
    select
        family.family_number,
        family.claim_family_id,
        payment.claim_payment_id,
        payment.claim_payment_number,
        payment.remittance_number,
        payment.payment_date,
        payment.is_reversal,
        payment.claim_status_code,
        payment.control_key,
        payment.original_control_key,
        payment.account_key,
        if(payment.is_reversal, -1, 1) as direction,
        if(payment.is_reversal, -1, 1) * payment.charge_amount as charge_amount,
        if(payment.is_reversal, -1, 1) * payment.paid_amount as paid_amount,
        list_contains(payment.remark_codes, 'MA15') as is_part,
    from takebacks.family as family
    join staging.claim_payment as payment using (claim_payment_id)
    semi join reversed_family on reversed_family.family_number = family.family_number
    where payment.is_reversal or not list_contains(payment.remark_codes, 'MA74')
),

reason as (
    select
        member.claim_payment_id,
        adjustment.group_code || '-' || adjustment.reason_code as reason,
        member.direction * sum(adjustment.amount) as amount,
    from member
    join staging.adjustment as adjustment using (claim_payment_id)
    group by member.claim_payment_id, member.direction, adjustment.group_code, adjustment.reason_code
),

reasons as (
    select claim_payment_id, string_agg(reason || ' ' || amount, ' ' order by reason) as adjustments
    from reason
    where amount <> 0
    group by all
),

version as (
    select member.*, coalesce(reasons.adjustments, '') as adjustments
    from member
    left join reasons using (claim_payment_id)
)

select * from version
