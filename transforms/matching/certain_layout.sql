-- grain: one row per provider adjustment whose reference surely names its claim, with where in it the number stands
-- layout: how the reference was cut to find it
-- names: rule by which it names the claim
--
-- Sure without any learning: one family alone is named, by a claim number, by account number and day, or by an account
-- number where the same remittance lowered the claim by as much.
with alone as (
    select candidate.*
    from matching.candidate as candidate
    qualify count(*) over (partition by candidate.provider_adjustment_id) = 1
),

certain_layout as (
    select
        adjustment.provider_adjustment_id,
        adjustment.provider_adjustment_number,
        adjustment.remittance_id,
        adjustment.remittance_number,
        adjustment.payment_date,
        adjustment.adjustment_reason_code,
        adjustment.amount,
        remittance.payer_key,
        alone.layout,
        alone.rule as names,
    from alone
    join staging.provider_adjustment as adjustment using (provider_adjustment_id)
    join staging.remittance as remittance using (remittance_id)
    where
        alone.has_claim_number
        or alone.rule = 'patient_control_number_and_service_date'
        or (alone.has_account_number and alone.lowered_here_amount = -adjustment.amount)
)

select * from certain_layout
