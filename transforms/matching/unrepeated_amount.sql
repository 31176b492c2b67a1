-- grain: one row per collection or refund under an unknown number whose amount can hardly be met by chance
-- families: how many claim families at this payer and payee were ever paid, or lowered by, exactly this amount
--
-- Contracts and copayments make round amounts, and equal claims make equal ones: such an amount proves nothing. Dollars
-- and cents that at most one claim ever had are another matter.
with opaque as (
    select provider_adjustment_id, relation_number, size
    from matching.undecided
    where not has_candidates and reference_key is not null and size <> floor(size)
    qualify count(*) over (partition by relation_number, size) = 1
),

unrepeated_amount as (
    select opaque.provider_adjustment_id, count(distinct had.claim_family_id) as families
    from opaque
    left join takebacks.amount_had as had on had.relation_number = opaque.relation_number and had.amount = opaque.size
    group by opaque.provider_adjustment_id
    having count(distinct had.claim_family_id) <= 1
)

select * from unrepeated_amount
