-- grain: one row per NPI and tax id that a remittance or an 837 states for it
with stated as (
    select payee_npi as npi, normalised(payee_tin) as tin
    from staging.remittance_party
    union all
    select billing_npi, normalised(billing_tin)
    from staging.claim
),

stated_tax_id as (
    select npi, tin
    from stated
    where npi is not null and tin is not null
    group by all
)

select * from stated_tax_id
