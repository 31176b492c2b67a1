-- grain: one row per claim family and delay that opened a debt
--
-- What a payer delayed it will collect: under the same number (opaque or not), in one piece or many.
with receivable as (
    select
        kind.relation_number,
        kind.reference_key,
        kind.provider_adjustment_number,
        kind.remittance_number,
        decided.provider_adjustment_id,
        decided.claim_family_id,
        decided.claim_payment_id,
        payment.claim_payment_number,
        -decided.amount as amount,
    from (
        from matching.decided_by_reference
        union all by name
        from matching.decided_by_place
    ) as decided
    join matching.kind as kind using (provider_adjustment_id)
    left join staging.claim_payment as payment using (claim_payment_id)
    where kind.kind = 'deferral'
)

select * from receivable
