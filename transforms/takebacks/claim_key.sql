-- grain: one row per 837 claim and form of its account number that a payer may send back
-- scope: whole
--
-- Receivers must keep 20 characters of CLM01 and some keep 17; they cut before or after taking out separators.
-- cut_rank: 1 the whole number in normal form, 2 a cut form.
with form as (
    select
        claim_id,
        account_key,
        unnest(list_distinct([
            account_key,
            normalised(left(trim(patient_control_number), 20)),
            normalised(left(trim(patient_control_number), 17)),
            left(account_key, 20),
            left(account_key, 17),
        ])) as key,
    from staging.claim
    where account_key is not null
),

claim_key as (
    select claim_id, key, if(key = account_key, 1, 2) as cut_rank
    from form
    where key is not null
)

select * from claim_key
