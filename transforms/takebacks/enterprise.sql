-- grain: one row per payee, biller or NPI with the payee enterprise that it belongs to
-- scope: whole
-- party_key: payee_key of remittances, billing_key of claims, or an NPI
--
-- An enterprise is what must be looked at together: the NPIs of a tax id and the tax ids of an NPI; who was paid for
-- whose claim; affiliates, where one was kept short for a claim of the other (OB); and what a person has put together.
-- Debts and takebacks do not cross enterprises, so what follows from them can be made for each apart.
with recursive payee as (
    select relation_number, payer_key, payee_key
    from staging.remittance
    group by all
),

answered as (
    select answer.relation_number, claim.billing_key
    from takebacks.claim_answer as answer
    join staging.claim as claim using (claim_id)
    group by all
),

offset_token as (
    select payee.payer_key, payee.payee_key, token.token
    from takebacks.reference_token as token
    join staging.provider_adjustment as adjustment using (provider_adjustment_id)
    join payee on payee.relation_number = adjustment.relation_number
    where adjustment.adjustment_reason_code = 'OB'
    group by all
),

-- A claim's number, or the part of it before a version.
claim_number as (
    select
        payee.payer_key,
        payee.payee_key,
        unnest([control_key, left(control_key, -1), left(control_key, -2), left(control_key, -3)]) as token,
    from staging.claim_payment as payment
    join payee using (relation_number)
    semi join offset_token using (payer_key)
),

decided as (
    select payee.payee_key, regexp_replace(decision.claim, '^family-', '') as claim_key
    from staging.decision as decision
    join payee using (relation_number)
),

edge as (
    select normalised(npi) as near, tin as far
    from staging.stated_tax_id
    union
    select payee.payee_key, answered.billing_key
    from answered
    join payee using (relation_number)
    union
    select offset_token.payee_key, claim_number.payee_key
    from offset_token
    join claim_number using (payer_key, token)
    union
    select decided.payee_key, payee.payee_key
    from decided
    join staging.claim_payment as payment on payment.claim_payment_id = decided.claim_key
    join payee on payee.relation_number = payment.relation_number
    union
    select decided.payee_key, claim.billing_key
    from decided
    join staging.claim as claim on claim.claim_id = decided.claim_key
),

thread as (
    select near, far from edge where near <> far
    union
    select far, near from edge where near <> far
),

party as (
    select payee_key as party_key from payee
    union
    select billing_key from staging.claim
    union
    select near from thread
),

reached as (
    select party_key, party_key as first_key from party
    union
    select thread.far, reached.first_key
    from reached
    join thread on thread.near = reached.party_key
    where reached.first_key < thread.far
)

select party_key, dense_rank() over (order by min(first_key)) as enterprise_number
from reached
group by party_key
