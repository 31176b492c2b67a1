-- grain: one row per provider adjustment, claim family and kind of payer's number that stands in the reference
--
-- What by_payer_claim_control_number and by_original_reference_number have in common: a piece of the reference equals a
-- number that was on file before. A piece of fewer than six characters counts only where it is the whole reference.
with payer_number as (
    select
        token.provider_adjustment_id,
        identifier.claim_family_id,
        identifier.kind,
        max(identifier.claim_payment_number) as claim_payment_number,
        arg_min(token.layout, if(token.layout = 'whole', '', token.layout)) as layout,
    from takebacks.reference_token as token
    join takebacks.identifier as identifier
        on identifier.relation_number = token.relation_number
        and identifier.token = token.token
        and identifier.kind in ('payer_claim_control_number', 'original_reference_number')
    where
        identifier.first_remittance_number <= token.remittance_number
        and (token.layout = 'whole' or token.size >= 6)
    group by all
)

select * from payer_number
