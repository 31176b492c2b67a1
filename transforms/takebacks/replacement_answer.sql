-- grain: one row per correction that answers a replacing 837 although it carries the replaced claim's account number
--
-- A replacement (CLM05-3 = 7) names the payer's number of the earlier version in REF*F8. Payers answer it by reversal
-- and correction; some repeat the old account number, some the new one. The first correction of that family after the
-- replacement was sent, with its charge, answers it. Dates in 837 headers are the sender's own and may lag by a batch,
-- so two weeks are forgiven. Two payers may use the same number, for the same member even: a payer that the billed one
-- is not known to pay as is not asked.
with known_payer as (
    select billed_payer_key, list(paying_payer_key order by paying_payer_key) as paying_payer_keys
    from takebacks.payer_alias
    group by all
),

replacement as (
    select
        claim.claim_id,
        claim.original_control_key,
        claim.payer_key,
        claim.member_key,
        claim.total_charge_amount,
        claim.submitted_on,
        enterprise.enterprise_number,
    from staging.claim as claim
    join takebacks.enterprise as enterprise on enterprise.party_key = claim.billing_key
    where claim_frequency_code = '7' and original_control_key is not null
),

version as (
    select
        payment.control_key,
        payment.relation_number,
        relation.enterprise_number,
        relation.payer_key as paying_payer_key,
        family.family_number,
        max(payment.member_key) as member_key,
    from staging.claim_payment as payment
    join takebacks.family as family using (claim_payment_id)
    join takebacks.relation as relation on relation.relation_number = payment.relation_number
    semi join replacement on replacement.original_control_key = payment.control_key
    group by all
),

replaced as (
    select replacement.*, version.family_number
    from replacement
    join version
        on version.control_key = replacement.original_control_key
        and version.enterprise_number = replacement.enterprise_number
    left join known_payer on known_payer.billed_payer_key = replacement.payer_key
    where
        coalesce(replacement.member_key = version.member_key, true)
        and coalesce(list_contains(known_payer.paying_payer_keys, version.paying_payer_key), true)
    qualify count(*) over (partition by replacement.claim_id) = 1
),

answered as (
    select replaced.claim_id, replaced.family_number, payment.claim_payment_id, payment.claim_payment_number
    from replaced
    join takebacks.family as family using (family_number)
    join takebacks.correction as correction on correction.claim_payment_id = family.claim_payment_id
    join staging.claim_payment as payment on payment.claim_payment_id = family.claim_payment_id
    where
        payment.charge_amount = replaced.total_charge_amount
        and coalesce(payment.payment_date + 14 >= replaced.submitted_on, true)
    qualify row_number() over (partition by replaced.claim_id order by payment.claim_payment_number) = 1
),

already as (
    select claim_id
    from takebacks.claim_answer
    group by all
)

select claim_payment_id, max_by(claim_id, claim_id) as claim_id
from answered
anti join already using (claim_id)
group by claim_payment_id
having count(*) = 1
