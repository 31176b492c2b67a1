-- grain: one row per NPI whose tax id is known without contradiction
--
-- Payers recover across the NPIs of one tax id, so takebacks are searched per enterprise. A payee that an 835 names by
-- NPI alone gets the tax id that other remittances or the provider's own 837s state, when all of them state the same.
with stated as (
    select payee_npi as npi, normalised(payee_tin) as tin
    from staging.remittance_party
    union all
    select billing_npi, normalised(billing_tin)
    from staging.claim
),

tax_id as (
    select npi, min(tin) as tin
    from stated
    where npi is not null and tin is not null
    group by npi
    having count(distinct tin) = 1
)

select * from tax_id
