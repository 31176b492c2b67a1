-- grain: one row per provider adjustment and claim family that a part of it was proven to belong to
--
-- Each step leaves to the next only what it did not prove: the reference, the place, the number of a known debt, the
-- debts themselves, the company that an adjustment keeps, and last claims whose payment is not on file. Remittances out
-- of balance take part: what their numbers name helps to read others, though it is not published as a match. What a
-- person has unlinked is left out, whichever rule proved it.
with proven as (
    from matching.decided_by_reference
    union all by name
    from matching.decided_by_place
    union all by name
    from matching.decided_by_receivable_number
    union all by name
    from matching.decided_by_check_number
    union all by name
    from matching.decided_by_debt
    union all by name
    from matching.decided_by_parts
    union all by name
    from matching.decided_by_paid_twice
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
