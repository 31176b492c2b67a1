-- grain: one row per remittance that came under numbers of an earlier one and has other content
with control_number_reuse as (
    select
        'control_number_reuse' as kind,
        remittance.remittance_id as about,
        cast(null as varchar) as claim_family_id,
        remittance.remittance_id,
        cast(null as varchar) as provider_adjustment_id,
        remittance.payment_amount as amount,
        string_agg(reuse.what, ', ' order by reuse.what) || ' of an earlier remittance with other content'
            as explanation,
    from staging.control_number_reuse as reuse
    join staging.remittance as remittance using (remittance_id)
    group by all
)

select * from control_number_reuse
