-- grain: one row per relation, kind of number, number in normal form, and claim family that it names
--
-- Everything a payer may write into a PLB reference to name a claim. first_remittance_number: when the family was first
-- paid; a takeback cannot be older than what it takes back. claim_payment_id: the newest payment under that number.
with based as (
    select
        relation_number,
        claim_payment_number,
        account_key,
        normalised(regexp_extract(payer_claim_control_number, '^(.{8,})[^A-Za-z0-9][A-Za-z0-9]{1,3}$', 1)) as base_key,
    from staging.claim_payment
),

-- The part before a version counts as the claim's number where no other account shares it.
numbered_version as (
    select relation_number, claim_payment_number, base_key
    from based
    where base_key is not null
    qualify min(account_key) over (partition by relation_number, base_key)
        is not distinct from max(account_key) over (partition by relation_number, base_key)
),

control_number as (
    select relation_number, claim_payment_number, 'payer_claim_control_number' as kind, control_key as token
    from staging.claim_payment
    where control_key is not null
    union all
    select relation_number, claim_payment_number, 'payer_claim_control_number', base_key
    from numbered_version
    union all
    select relation_number, claim_payment_number, 'original_reference_number', original_control_key
    from staging.claim_payment
    where original_control_key is not null
),

replaced_number as (
    select
        payment.relation_number,
        payment.claim_payment_number,
        'original_reference_number' as kind,
        claim.original_control_key as token,
    from takebacks.claim_payment as payment
    join staging.claim as claim using (claim_id)
    where claim.original_control_key is not null
),

account_number as (
    select relation_number, claim_payment_number, 'patient_control_number' as kind, account_key as token
    from staging.claim_payment
    where account_key is not null
    union all
    select payment.relation_number, payment.claim_payment_number, 'patient_control_number', key.key
    from takebacks.claim_payment as payment
    join takebacks.claim_key as key using (claim_id)
),

named as (
    from control_number
    union all
    from replaced_number
    union all
    from account_number
),

family_start as (
    select family_number, min(remittance_number) as first_remittance_number
    from takebacks.claim_payment
    group by all
),

identifier as (
    select
        named.relation_number,
        named.kind,
        named.token,
        payment.claim_family_id,
        payment.family_number,
        family_start.first_remittance_number,
        max(named.claim_payment_number) as claim_payment_number,
    from named
    join takebacks.claim_payment as payment using (claim_payment_number)
    join family_start on family_start.family_number = payment.family_number
    group by all
)

select * from identifier
