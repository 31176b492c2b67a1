-- grain: one row per claim family, charge, days and amount that was paid at least twice, both payments still standing
--
-- claim_payment_id: the second of them: what the payer will ask back.
with paid_again as (
    select relation_number, remittance_number, claim_family_id, claim_payment_id, paid_amount
    from takebacks.standing_payment
    qualify row_number() over (
        partition by claim_family_id, charge_amount, service_date_from, service_date_to, paid_amount
        order by claim_payment_number
    ) = 2
)

select * from paid_again
