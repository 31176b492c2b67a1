-- grain: one row per claim payment and 837 claim that it may answer, with what speaks for and against it
-- scope: whole
--
-- An account number alone proves nothing: providers number patients, not claims, and every visit carries the same one.
-- The date of an 837 is weak: files are batched and sent again late. So each independent piece of evidence is compared
-- where both sides have it; agreement adds, contradiction takes away.
--
-- score, in points: what is rare weighs more. Same charge 4 (another one -3, unless it is part of a split claim); same
-- dates 4, overlapping 2; same member 3; same patient name 2; same account number 4, cut 3; billing or rendering
-- provider 1 (another tax id -3); answered as primary, secondary or tertiary as billed 1 (another one -4); a
-- replacement whose original number is repeated 3 (none is -2); sent after it was paid -1. claim_answer asks for 8: an
-- account number needs charge or dates and a person, a charge and a day need a member or an account.
with pair as (
    from takebacks.claim_by_account
    union all
    from takebacks.claim_by_member
),

compared as (
    select
        payment.claim_payment_id,
        payment.claim_payment_number,
        payment.is_reversal,
        payment.relation_number,
        payment.payment_date,
        payment.claim_frequency_code as answered_frequency_code,
        remittance.payer_key as paying_payer_key,
        claim.payer_key as billed_payer_key,
        claim.claim_id,
        pair.cut_rank,
        payment.patient_control_number = claim.patient_control_number as same_account_number,
        abs(payment.charge_amount) = claim.total_charge_amount as same_charge,
        case
            when payment.service_date_from = claim.service_date_from
                and payment.service_date_to = claim.service_date_to then 2
            when payment.service_date_from is null or claim.service_date_from is null then 0
            when payment.service_date_from <= claim.service_date_to
                and payment.service_date_to >= claim.service_date_from then 1
            else -1
        end as dates,
        case
            when payment.member_key is null or claim.member_key is null then 0
            when payment.member_key = claim.member_key then 1
            when starts_with(payment.member_key, claim.member_key)
                or starts_with(claim.member_key, payment.member_key) then 1
            else -1
        end as member,
        case
            when payment.patient_last_name is null or claim.patient_last_name is null then 0
            when upper(payment.patient_last_name) <> upper(claim.patient_last_name) then -1
            when coalesce(upper(payment.patient_first_name) <> upper(claim.patient_first_name), false) then -1
            else 1
        end as patient,
        case
            when claim.billing_npi in (remittance.payee_npi, payment.rendering_npi)
                or claim.rendering_npi in (remittance.payee_npi, payment.rendering_npi)
                or normalised(claim.billing_tin) = normalised(remittance.enterprise_tin) then 1
            when normalised(claim.billing_tin) <> normalised(remittance.enterprise_tin) then -1
            else 0
        end as provider,
        case
            when responsibility.answered_by is null or payment.claim_status_code is null then 0
            when list_contains(responsibility.answered_by, payment.claim_status_code) then 1
            when payment.claim_status_code in ('1', '19', '2', '20', '3', '21') then -1
            else 0
        end as responsibility,
        case
            when payment.claim_frequency_code is null or claim.claim_frequency_code is null then 0
            when payment.claim_frequency_code = claim.claim_frequency_code then 1
            else -1
        end as frequency,
        claim.submitted_on > payment.payment_date + 14 as sent_after_payment,
        list_contains(payment.remark_codes, 'MA15') as is_part,
        case
            when coalesce(claim.claim_frequency_code, '') <> '7' then 0
            when payment.original_control_key = claim.original_control_key then 3
            when payment.original_control_key is null then -2
            else 0
        end as replacement,
    from pair
    join staging.claim_payment as payment using (claim_payment_id)
    join staging.remittance as remittance using (remittance_id)
    join staging.claim as claim using (claim_id)
    left join (
        values ('P', ['1', '19']), ('S', ['2', '20']), ('T', ['3', '21'])
    ) as responsibility(code, answered_by)
        on responsibility.code = claim.payer_responsibility_code
),

claim_candidate as (
    select
        *,
        if(cut_rank = 3, 0, 5 - cut_rank)
        + case
            when same_charge then 4
            when is_part then -1
            else -3
        end
        + [-6, 0, 2, 4][dates + 2]
        + 3 * member
        + 2 * patient
        + [-3, 0, 1][provider + 2]
        + if(responsibility < 0, -4, responsibility)
        + replacement
        + if(coalesce(sent_after_payment, false), -1, 0) as score,
    from compared
    where (same_charge or dates > 0) and dates >= 0
)

select * from claim_candidate
