-- grain: one row per relation and 837 claim that no payment on file answers
--
-- It may have been paid on paper, or before the first remittance on file: then a takeback is all that is seen of it.
-- The relation is that of the payer which the billed payer is known to pay as, and of the biller's tax id.
with unpaid_claim as (
    select
        relation.relation_number,
        claim.claim_id,
        'family-' || claim.claim_id as claim_family_id,
        claim.account_key,
        claim.patient_control_number,
        claim.member_key,
        claim.total_charge_amount,
        claim.submitted_on,
        claim.service_date_from,
    from staging.claim as claim
    anti join takebacks.claim_payment as payment on payment.claim_id = claim.claim_id
    join takebacks.payer_alias as alias on alias.billed_payer_key = claim.payer_key
    join takebacks.relation as relation
        on relation.payer_key = alias.paying_payer_key
        and relation.payee_key = normalised(claim.billing_tin)
)

select * from unpaid_claim
