-- grain: one row per provider adjustment that concerns claims and is not, or not wholly, tied to them
-- order: age_days, provider_adjustment_id
-- provider_adjustment_id: the PLB pair
-- amount: its unmatched amount, with the X12 sign
-- reason: no_reference, no_candidate, same_amount, not_proven, ambiguous, more_than_the_known_debt or
--     remittance_out_of_balance
-- explanation: why it is open, in words
-- next_step: what a person can do about it
-- candidates: claim families that it may belong to
-- age_days: days from its payment date to the latest payment date on file
with suspense as (
    select
        suspense.provider_adjustment_id,
        suspense.amount,
        suspense.reason,
        words.own_words as explanation,
        words.next_step,
        suspense.candidates,
        suspense.age_days,
    from matching.suspense as suspense
    left join codes.suspense_reason as words using (reason)
)

select * from suspense
