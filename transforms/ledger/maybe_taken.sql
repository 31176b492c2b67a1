-- grain: one row per second payment of a claim and recoupment in suspense that may have brought it back
-- is_same_amount: it took just what of this payment is not asked back; else all that was paid again so far
--
-- Nothing ties the recoupment to a claim, and what may be its claims are unknown, or this one is among them.
with maybe_taken as (
    select
        paid.claim_payment_id,
        kind.provider_adjustment_id,
        kind.provider_adjustment_number,
        kind.trace_number,
        kind.amount = paid.amount as is_same_amount,
        kind.remittance_number > paid.remittance_number as is_later,
    from ledger.paid_twice as paid
    join matching.kind as kind
        on kind.relation_number = paid.relation_number
        and kind.amount in (paid.amount, paid.owed_amount)
        and kind.remittance_number >= paid.remittance_number
    join matching.suspense as suspense
        on suspense.provider_adjustment_id = kind.provider_adjustment_id and suspense.amount = kind.amount
    where
        kind.kind = 'recoupment'
        and (len(suspense.candidates) = 0 or list_contains(suspense.candidates, paid.claim_family_id))
)

select * from maybe_taken
