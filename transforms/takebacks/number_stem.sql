-- grain: one row per payer that numbers the versions of a claim by the last two characters of its control number
-- scope: whole
--
-- Some payers keep a claim's number and count up its end (...00, ...01) with every decision, so that the number of an
-- adjustment may never appear as a paid claim. That a payer does so is learned: several of its families hold numbers
-- that differ in their end only, and no two families share a stem, of one payee (stem_count) or of two.
with shared as (
    select relation.payer_key
    from staging.claim_payment as payment
    join takebacks.relation as relation using (relation_number)
    where length(payment.control_key) >= 8
    group by relation.payer_key, length(payment.control_key), left(payment.control_key, -2)
    having min(payment.relation_number) <> max(payment.relation_number)
),

number_stem as (
    select relation.payer_key, sum(stem_count.versioned_claims) as versioned_claims
    from takebacks.stem_count as stem_count
    join takebacks.relation as relation using (relation_number)
    anti join shared using (payer_key)
    group by all
    having sum(stem_count.versioned_claims) >= 2 and max(stem_count.families) = 1
)

select * from number_stem
