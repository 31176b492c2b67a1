-- grain: one row per claim family that was refunded under a number and then charged as much under it once more
-- amount: what was taken after the refund
--
-- A letter is known only by what came of it. The same amount under the same number is no second demand: it was asked
-- for once, refunded, and taken all the same.
with asked_once as (
    select taken.claim_family_id, sum(taken.amount) as amount
    from ledger.claim_movement as taken
    where
        taken.kind = 'recoupment'
        and exists (
            from ledger.claim_movement as refund
            where
                refund.kind = 'refund'
                and refund.claim_family_id = taken.claim_family_id
                and refund.reference_key is not distinct from taken.reference_key
                and refund.amount = -taken.amount
                and refund.provider_adjustment_number < taken.provider_adjustment_number
        )
    group by all
)

select * from asked_once
