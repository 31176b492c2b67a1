-- grain: one row per provider adjustment and claim family that its own reference, place or amount proves
--
-- Each step leaves to the next only what it did not prove: the reference, the place, the number of a known debt, the
-- debts themselves.
with proven_alone as (
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
)

select * from proven_alone
