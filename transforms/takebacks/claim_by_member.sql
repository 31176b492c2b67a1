-- grain: one row per claim payment without an account number and 837 claim that has its member, day and charge
-- scope: whole
--
-- Only payments whose account number is blank or '0': one that no claim has speaks of a claim that is not on file. A
-- part of a split claim (MA15) looks for a charge that is larger than its own. Other procedures speak of another claim,
-- and so does another payment of this payer, under another claim number, that answers the claim by account and charge.
with without_account as (
    select
        payment.claim_payment_id,
        payment.member_key,
        payment.service_date_from,
        payment.charge_amount,
        payment.relation_number,
        payment.control_key,
        list_contains(payment.remark_codes, 'MA15') as is_part,
    from staging.claim_payment as payment
    where payment.account_key is null and payment.member_key is not null and payment.service_date_from is not null
),

answered as (
    select by_account.claim_id, payment.relation_number, payment.control_key
    from takebacks.claim_by_account as by_account
    join staging.claim_payment as payment using (claim_payment_id)
    join staging.claim as claim using (claim_id)
    where
        payment.charge_amount = claim.total_charge_amount
        and payment.service_date_from = claim.service_date_from
        and coalesce(payment.member_key = claim.member_key, true)
    group by all
),

paid_code as (
    select
        claim_payment_id,
        list_concat(
            list(procedure_code order by procedure_code) filter (where procedure_code is not null),
            list(submitted_procedure_code order by submitted_procedure_code)
                filter (where submitted_procedure_code is not null),
            list(revenue_code order by revenue_code) filter (where revenue_code is not null)
        ) as codes,
    from staging.service_payment
    semi join without_account using (claim_payment_id)
    group by all
),

billed_code as (
    select
        claim_id,
        list_concat(
            list(procedure_code order by procedure_code) filter (where procedure_code is not null),
            list(revenue_code order by revenue_code) filter (where revenue_code is not null)
        ) as codes,
    from staging.claim_line
    group by all
),

by_member as (
    select payment.claim_payment_id, claim.claim_id, 3 as cut_rank
    from without_account as payment
    join staging.claim as claim
        on claim.member_key = payment.member_key
        and claim.service_date_from = payment.service_date_from
        and (
            claim.total_charge_amount = abs(payment.charge_amount)
            or (payment.is_part and claim.total_charge_amount > abs(payment.charge_amount))
        )
    left join paid_code using (claim_payment_id)
    left join billed_code on billed_code.claim_id = claim.claim_id
    where
        coalesce(list_has_any(paid_code.codes, billed_code.codes), true)
        and not exists (
            from answered
            where
                answered.claim_id = claim.claim_id
                and answered.relation_number = payment.relation_number
                and answered.control_key is distinct from payment.control_key
        )
)

select * from by_member
