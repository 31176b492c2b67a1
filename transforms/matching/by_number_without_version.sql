-- grain: one row per provider adjustment and claim family whose control number differs from the reference in its end
--
-- Only for payers that were seen to number versions so (number_stem). It counts as a hint that needs support.
with stem as (
    select
        identifier.relation_number,
        left(identifier.token, -2) as stem,
        length(identifier.token) as size,
        identifier.claim_family_id,
        min(identifier.first_remittance_number) as first_remittance_number,
        max(identifier.claim_payment_number) as claim_payment_number,
    from takebacks.identifier as identifier
    semi join staging.claim_payment as payment
        on payment.relation_number = identifier.relation_number and payment.control_key = identifier.token
    semi join (
        select remittance.relation_number
        from staging.remittance as remittance
        semi join takebacks.number_stem as number_stem using (payer_key)
    ) as versioned using (relation_number)
    where identifier.kind = 'payer_claim_control_number' and length(identifier.token) >= 8
    group by all
),

by_number_without_version as (
    select
        token.provider_adjustment_id,
        stem.claim_family_id,
        max(stem.claim_payment_number) as claim_payment_number,
        'number_without_version' as rule,
        2 as strength,
        'reference (' || min(token.layout) || ') = payer claim control number but for its version' as evidence,
    from takebacks.reference_token as token
    join stem
        on stem.relation_number = token.relation_number
        and stem.stem = left(token.token, -2)
        and stem.size = length(token.token)
        and stem.first_remittance_number <= token.remittance_number
    group by token.provider_adjustment_id, stem.claim_family_id
)

select * from by_number_without_version
