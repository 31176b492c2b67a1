-- grain: one row per provider adjustment and claim family that a part of it was proven to belong to
--
-- What proves itself comes first, then the company that an adjustment keeps, and last claims whose payment is not on
-- file: each step leaves to the next only what it did not prove. Remittances out of balance take part: what their
-- numbers name helps to read others, though it is not published as a match. What a person has unlinked is left out,
-- whichever rule proved it.
with proven as (
    from matching.proven_alone
    union all by name
    from matching.decided_by_company
    union all by name
    from matching.decided_by_unpaid_claim
)

select proven.*
from proven
where
    rule = 'person'
    or not exists (
        from matching.unlinked as unlinked
        where
            unlinked.provider_adjustment_id = proven.provider_adjustment_id
            and coalesce(unlinked.claim_family_id, proven.claim_family_id) = proven.claim_family_id
    )
