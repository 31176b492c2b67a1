-- grain: one row per provider adjustment and claim family that a part of it belongs to
--
-- The one place that decides. What is proven is decided, except in remittances that do not add up: there a number may
-- be wrong or missing, and a person looks first.
with decision as (
    select proof.*
    from matching.proof as proof
    join matching.kind as kind using (provider_adjustment_id)
    where kind.is_in_balance or proof.rule = 'person'
)

select * from decision
