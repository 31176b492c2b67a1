-- grain: one row per adjustment whose account number belongs to one claim, and the payment of that is not on file
--
-- Only where the reference names nothing that was paid, and nothing else says whose debt it is. A claim sent within
-- a month before the takeback cannot have been paid, disputed and taken back yet; an 837 may be sent again late, so
-- where its day of service stands in the reference, that counts instead. What is short without its leading zeros
-- must have the same zeros on both sides.
with explained as (
    select provider_adjustment_id from matching.candidate
    union
    select provider_adjustment_id from matching.check_number
    union
    select provider_adjustment_id from matching.proven_alone
    union
    select provider_adjustment_id from matching.decided_by_company
),

hit as (
    select
        kind.provider_adjustment_id,
        kind.amount,
        claim.claim_id,
        claim.claim_family_id,
        min(token.layout) as layout,
    from takebacks.reference_token as token
    join matching.kind as kind using (provider_adjustment_id)
    anti join explained using (provider_adjustment_id)
    join takebacks.claim_key as key on key.key = token.token
    join takebacks.unpaid_claim as claim
        on claim.claim_id = key.claim_id and claim.relation_number = kind.relation_number
    where
        kind.concerns_claims
        and if(
            list_contains(token.service_dates, claim.service_date_from), claim.service_date_from, claim.submitted_on
        ) + 30 <= kind.payment_date
        and (len(token.service_dates) = 0 or list_contains(token.service_dates, claim.service_date_from))
        and (
            length(token.token) >= 6
            or (token.size >= 4 and token.whole_token = with_zeros(claim.patient_control_number))
            or list_contains(token.service_dates, claim.service_date_from)
        )
        and not contains(token.layout, 'without its last')
        and not contains(token.layout, 'before letters')
    group by kind.provider_adjustment_id, kind.amount, claim.claim_id, claim.claim_family_id
),

decided as (
    select
        provider_adjustment_id,
        claim_family_id,
        claim_id,
        amount,
        'patient_control_number_of_an_unpaid_claim' as rule,
        cast(0.85 as decimal(3, 2)) as confidence,
        'reference (' || layout || ') = account number of one claim sent, whose payment is not on file' as evidence,
    from hit
    qualify count(*) over (partition by provider_adjustment_id) = 1
)

select * from decided
