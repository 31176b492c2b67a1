-- grain: one row per payer that numbers the versions of a claim by the last two characters of its control number
--
-- Some payers keep a claim's number and count up its end (...00, ...01) with every decision, so that the number of an
-- adjustment may never appear as a paid claim. That a payer does so is learned: several of its families hold numbers
-- that differ in their end only, and no two families share a stem.
with numbered as (
    select
        remittance.payer_key,
        payment.family_number,
        payment.control_key,
        length(payment.control_key) as size,
        left(payment.control_key, -2) as stem,
    from takebacks.claim_payment as payment
    join staging.remittance as remittance using (remittance_id)
    where length(payment.control_key) >= 8
),

stem as (
    select
        payer_key,
        size,
        stem,
        count(distinct control_key) as numbers,
        count(distinct family_number) as families,
    from numbered
    group by all
),

number_stem as (
    select payer_key, count(*) filter (where numbers > 1) as versioned_claims
    from stem
    group by all
    having count(*) filter (where numbers > 1) >= 2 and max(families) = 1
)

select * from number_stem
