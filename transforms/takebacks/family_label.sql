-- grain: one row per claim payment that shares a key with another one, with the first payment of its family
--
-- Families are the connected components of shared keys. Each key's payments hang on its first payment; the names of
-- first payments then travel along these threads, and the lowest that arrives is the family's. Payments without company
-- need no thread, and a family has few first payments, so what travels stays small.
with recursive thread as (
    select
        claim_payment_number,
        min(claim_payment_number) over (partition by relation_number, kind, value) as first_number,
    from takebacks.family_key
),

edge as (
    select claim_payment_number as near, first_number as far from thread where claim_payment_number <> first_number
    union
    select first_number, claim_payment_number from thread where claim_payment_number <> first_number
),

reached as (
    select far as claim_payment_number, near as first_number from edge where near < far
    union
    select edge.far, reached.first_number
    from reached
    join edge on edge.near = reached.claim_payment_number
),

family_label as (
    select claim_payment_number, min(first_number) as first_number
    from reached
    group by all
)

select * from family_label
