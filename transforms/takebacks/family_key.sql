-- grain: one row per claim payment and key that versions of one claim share
--
-- What holds the versions of one claim at one payer together: its payer claim control number; the earlier number that
-- REF*F8 of the payment, or of the replacing 837, names; the 837 claim that they answer; and, for payers that renumber
-- a claim with every decision, the same account, charge, dates and member. A secondary payer pays the same account
-- number under its own relation, which is another family.
--
-- Some payers number a batch, not a claim, write a word for "none", or begin again when their numbers run out: a number
-- over many accounts, or over different members, names one claim only together with account, member and day, or as the
-- earlier number of another one with member, day and charge.
with claimed as (
    select
        payment.claim_payment_number,
        payment.relation_number,
        payment.control_key,
        payment.original_control_key,
        payment.account_key,
        payment.member_key,
        abs(payment.charge_amount) as charge_amount,
        payment.service_date_from,
        payment.service_date_to,
        concat_ws('|', payment.account_key, payment.member_key, payment.service_date_from) as visit,
        if(
            payment.member_key is null, null,
            concat_ws('|', payment.member_key, payment.service_date_from, abs(payment.charge_amount))
        ) as person,
        answer.claim_id,
        claim.original_control_key as replaced_control_key,
        claim.claim_frequency_code,
    from staging.claim_payment as payment
    left join takebacks.claim_answer as answer using (claim_payment_id)
    left join staging.claim as claim on claim.claim_id = answer.claim_id
),

control_number as (
    select claim_payment_number, relation_number, account_key, member_key, visit, person, control_key as value,
        false as is_earlier,
    from claimed
    where control_key is not null
    union all
    select claim_payment_number, relation_number, account_key, member_key, visit, person, original_control_key, true
    from claimed
    where original_control_key is not null
    union all
    select claim_payment_number, relation_number, account_key, member_key, visit, person, replaced_control_key, true
    from claimed
    where replaced_control_key is not null
),

-- Most numbers stand once and hold nothing together.
repeated_number as (
    select number.*
    from control_number as number
    semi join (
        select relation_number, value
        from control_number
        group by all
        having count(*) > 1
    ) as repeated
        on repeated.relation_number = number.relation_number and repeated.value = number.value
),

shared_number as (
    select relation_number, value
    from repeated_number
    group by all
    having
        count(distinct account_key) > 5
        or (count(distinct account_key) <> 1 and count(distinct member_key) > 1)
),

claim_control_number as (
    select
        number.claim_payment_number,
        number.relation_number,
        'control number' as kind,
        if(shared.value is null, number.value, number.value || '|' || number.visit) as value,
    from repeated_number as number
    left join shared_number as shared using (relation_number, value)
),

-- A replacement may come under an account number of its own: its earlier number (REF*F8), member, day and charge tell
-- which of the claims under a shared number it replaces.
earlier_number as (
    select
        number.claim_payment_number,
        number.relation_number,
        'earlier number' as kind,
        number.value || '|' || number.person as value,
    from repeated_number as number
    semi join shared_number as shared using (relation_number, value)
    semi join (from repeated_number where is_earlier) as earlier
        on earlier.relation_number = number.relation_number
        and earlier.value = number.value
        and earlier.person = number.person
),

same_claim as (
    select claim_payment_number, relation_number, 'claim' as kind, claim_id as value
    from claimed
    where claim_id is not null
),

service as (
    select
        claim_payment_number,
        relation_number,
        'service' as kind,
        concat_ws(
            '|', coalesce(account_key, ''), charge_amount, service_date_from, service_date_to, coalesce(member_key, '')
        ) as value,
        claim_id,
    from claimed
    where service_date_from is not null and (account_key is not null or member_key is not null)
),

same_service as (
    select service.*
    from service
    semi join (
        select relation_number, value
        from service
        group by all
        having count(*) > 1
    ) as repeated
        on repeated.relation_number = service.relation_number and repeated.value = service.value
    window one_service as (partition by service.relation_number, service.value)
    qualify coalesce(min(service.claim_id) over one_service = max(service.claim_id) over one_service, true)
),

family_key as (
    from claim_control_number
    union all
    from earlier_number
    union all
    from same_claim
    union all
    select * exclude (claim_id) from same_service
)

select * from family_key
