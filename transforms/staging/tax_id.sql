-- grain: one row per NPI whose tax id is known without contradiction
--
-- Payers recover across the NPIs of one tax id, so takebacks are searched per enterprise. A payee that an 835 names by
-- NPI alone gets the tax id that other remittances or the provider's own 837s state, when all of them state the same.
with tax_id as (
    select npi, min(tin) as tin
    from staging.stated_tax_id
    group by npi
    having count(*) = 1
)

select * from tax_id
