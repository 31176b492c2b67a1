-- grain: one row per provider adjustment that concerns claims and is not, or not wholly, tied to them
-- order: age_days, provider_adjustment_id
-- provider_adjustment_id: the PLB pair
-- amount: its unmatched amount, with the X12 sign
-- reason: no_reference, no_candidate, not_proven, ambiguous, more_than_the_known_debt or remittance_out_of_balance
-- candidates: claim families that it may belong to
-- age_days: days from its payment date to the latest payment date on file
with suspense as (
    select provider_adjustment_id, amount, reason, candidates, age_days
    from matching.suspense
)

select * from suspense
