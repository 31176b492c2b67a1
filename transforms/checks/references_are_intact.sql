-- severity: fail
-- says: every id that a row refers to is the id of a row
with referring as (
    select 'remittance of claim_payment' as what, remittance_id as id from marts.claim_payment
    anti join marts.remittance using (remittance_id)
    union all
    select 'claim of claim_payment', claim_id from marts.claim_payment
    anti join marts.claim using (claim_id)
    where claim_id is not null
    union all
    select 'payment that claim_payment reverses', payment.reverses_claim_payment_id from marts.claim_payment as payment
    anti join marts.claim_payment as undone on undone.claim_payment_id = payment.reverses_claim_payment_id
    where payment.reverses_claim_payment_id is not null
    union all
    select 'payment that claim_payment corrects', payment.corrects_claim_payment_id from marts.claim_payment as payment
    anti join marts.claim_payment as replaced on replaced.claim_payment_id = payment.corrects_claim_payment_id
    where payment.corrects_claim_payment_id is not null
    union all
    select 'claim_payment of service_payment', claim_payment_id from marts.service_payment
    anti join marts.claim_payment using (claim_payment_id)
    union all
    select 'claim_payment of adjustment', claim_payment_id from marts.adjustment
    anti join marts.claim_payment using (claim_payment_id)
    union all
    select 'claim of claim_line', claim_id from marts.claim_line
    anti join marts.claim using (claim_id)
    union all
    select 'remittance of provider_adjustment', remittance_id from marts.provider_adjustment
    anti join marts.remittance using (remittance_id)
    union all
    select 'adjustment of takeback_match', provider_adjustment_id from marts.takeback_match
    anti join marts.provider_adjustment using (provider_adjustment_id)
    union all
    select 'payment of takeback_match', claim_payment_id from marts.takeback_match
    anti join marts.claim_payment using (claim_payment_id)
    where claim_payment_id is not null
    union all
    select 'family of takeback_match', claim_family_id from marts.takeback_match
    anti join marts.overpayment using (claim_family_id)
)

select * from referring
