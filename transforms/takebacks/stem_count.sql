-- grain: one row per relation: how its payer's claim control number ends
-- versioned_claims: beginnings of numbers that differ in their last two characters only
-- families: the most claim families that share such a beginning
with numbered as (
    select relation_number, family_number, control_key, length(control_key) as size, left(control_key, -2) as stem
    from takebacks.claim_payment
    where length(control_key) >= 8
),

stem as (
    select
        relation_number,
        size,
        stem,
        count(distinct control_key) as numbers,
        count(distinct family_number) as families,
    from numbered
    group by all
),

stem_count as (
    select
        relation_number,
        count(*) filter (where numbers > 1) as versioned_claims,
        max(families) as families,
    from stem
    group by all
)

select * from stem_count
