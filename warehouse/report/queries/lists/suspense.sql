-- grain: one row per provider adjustment that is not wholly tied to claims, the largest first
with candidate as (
    select provider_adjustment_id, unnest(candidates) as claim_family_id
    from suspense
),

candidates as (
    select
        candidate.provider_adjustment_id,
        list(
            [candidate.claim_family_id, coalesce(nullif(family.account, ''), 'claim')]
            order by candidate.claim_family_id
        ) as candidates,
    from candidate
    left join family_label as family on family.claim_family_id = candidate.claim_family_id
    group by all
)

select
    coalesce(remittance.payer_name, remittance.payer_id) as payer,
    remittance.payment_date as day,
    [remittance.remittance_id, remittance.trace_number] as "check",
    adjustment.adjustment_reason_code as code,
    adjustment.reference_id as reference,
    cents(suspense.amount) as open_amount,
    [suspense.explanation, suspense.next_step] as why,
    suspense.age_days,
    coalesce(candidates.candidates, []) as candidates,
from suspense
join provider_adjustment as adjustment using (provider_adjustment_id)
join remittance using (remittance_id)
left join candidates using (provider_adjustment_id)
order by abs(suspense.amount) desc, suspense.provider_adjustment_id
