-- grain: one row per 837 claim, with the twins that nothing but time tells apart
-- scope: whole
--
-- A claim sent twice, or replaced without a change of charge and dates (frequency 7), leaves claims that answer to the
-- same evidence. They are compared as one; which of them a payment answers is then settled by order (claim_answer). A
-- void (frequency 8) is answered by a reversal, which answers the claim that was paid: it is no twin.
with claim_twin as (
    select
        claim_id,
        min(claim_number) over twins as twin_number,
        row_number() over (
            twins order by coalesce(claim_frequency_code, '') = '7', claim_number
        ) as twin_ordinal,
        count(*) over twins as twin_count,
        claim_frequency_code,
        submitted_on,
    from staging.claim
    where coalesce(claim_frequency_code, '') <> '8'
    window twins as (
        partition by
            account_key, total_charge_amount, service_date_from, service_date_to, member_key, payer_key,
            payer_responsibility_code, billing_npi, patient_last_name, patient_first_name
    )
)

select * from claim_twin
