-- grain: one row per offset for an affiliate and claim family of that affiliate whose number stands in the reference
--
-- OB keeps money here for a debt of another provider. Where the reference is a claim number of this payer under another
-- tax id on file, the debt has a name; nothing but OB crosses tax ids.
with by_affiliates_claim_number as (
    select
        adjustment.provider_adjustment_id,
        identifier.claim_family_id,
        max(identifier.claim_payment_number) as claim_payment_number,
        'affiliates_claim_control_number' as rule,
        4 as strength,
        'reference (' || min(token.layout) || ') = payer claim control number under another tax id' as evidence,
    from takebacks.reference_token as token
    join staging.provider_adjustment as adjustment using (provider_adjustment_id)
    join takebacks.relation as relation on relation.relation_number = adjustment.relation_number
    join takebacks.relation as other on other.payer_key = relation.payer_key
    join takebacks.identifier as identifier
        on identifier.relation_number = other.relation_number
        and identifier.token = token.token
        and identifier.kind = 'payer_claim_control_number'
        and identifier.first_remittance_number <= adjustment.remittance_number
    where
        adjustment.adjustment_reason_code = 'OB'
        and other.relation_number <> adjustment.relation_number
        and token.size >= 6
    group by adjustment.provider_adjustment_id, identifier.claim_family_id
)

select * from by_affiliates_claim_number
