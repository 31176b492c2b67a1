-- grain: one row per provider adjustment and claim family whose debt a part of it moved
--
-- A delay in a remittance out of balance is no match, but it counts here: without it, its collection would look like a
-- second taking.
with claim_movement as (
    select
        kind.provider_adjustment_id,
        kind.provider_adjustment_number,
        kind.payment_date,
        kind.reference_key,
        kind.kind,
        decision.claim_family_id,
        decision.amount,
    from matching.proof as decision
    join matching.kind as kind using (provider_adjustment_id)
    where kind.is_in_balance or kind.kind = 'deferral'
)

select * from claim_movement
