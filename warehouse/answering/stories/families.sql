-- grain: one row per claim family that bears a number (account, payer's claim number or an id of ours)
select distinct claim_family_id from main.claim_payment
where
    $1 in (claim_payment_id, claim_id, claim_family_id)
    or same(patient_control_number, $1) or same(payer_claim_control_number, $1)
order by claim_family_id
