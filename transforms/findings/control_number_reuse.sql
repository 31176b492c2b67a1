-- grain: one row per remittance that came under numbers of an earlier one and has other content
with reused as (
    select remittance_id, string_agg(what, ', ' order by what) as numbers
    from staging.control_number_reuse
    group by all
),

control_number_reuse as (
    select
        'control_number_reuse' as kind,
        remittance.remittance_id as about,
        cast(null as varchar) as claim_family_id,
        remittance.remittance_id,
        cast(null as varchar) as provider_adjustment_id,
        remittance.payment_amount as amount,
        concat_ws(
            ' ', 'check', remittance.trace_number, 'of', remittance.payment_date, 'came under the',
            reused.numbers, 'of an earlier remittance with other content'
        ) as explanation,
    from reused
    join staging.remittance as remittance using (remittance_id)
)

select * from control_number_reuse
