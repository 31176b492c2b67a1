-- grain: one row per claim family that was lowered beside a delay that no claim could be found for
--
-- The delay may be this claim's: nobody can say then that the check really brought the recovery. A claim that another
-- delay of the same remittance holds harmless is safe from it.
with maybe_delayed as (
    select difference.claim_family_id
    from takebacks.difference as difference
    semi join (
        select kind.remittance_id
        from matching.kind as kind
        anti join matching.proof as proof using (provider_adjustment_id)
        where kind.kind = 'deferral'
    ) as unknown on unknown.remittance_id = difference.remittance_id
    anti join (
        select kind.remittance_id, proof.claim_family_id
        from matching.proof as proof
        join matching.kind as kind using (provider_adjustment_id)
        where kind.kind = 'deferral'
    ) as held on held.remittance_id = difference.remittance_id and held.claim_family_id = difference.claim_family_id
    where difference.amount < 0
    group by all
)

select * from maybe_delayed
