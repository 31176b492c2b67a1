-- grain: one row per claim payment that shares a key with another one, with the first payment of its family
--
-- Families are the connected components of shared keys. Each key's payments hang on its first payment; the lowest
-- number then spreads along these threads until nothing changes. Payments without company need no thread.
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

label(claim_payment_number, first_number) using key (claim_payment_number) as (
    select near, least(near, min(far)) from edge group by near
    union
    select edge.far, min(label.first_number)
    from label
    join edge on edge.near = label.claim_payment_number
    join recurring.label as known on known.claim_payment_number = edge.far
    where label.first_number < known.first_number
    group by edge.far
)

select * from label
