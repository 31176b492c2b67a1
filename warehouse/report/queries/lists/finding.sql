-- grain: one row per finding, the largest first; with the last day of an appeal, where a letter or ruling names one
with deadline as (
    select claim_family_id, max(deadline) as deadline
    from (
        select claim_family_id, appeal_deadline as deadline from notice
        union all
        select claim_family_id, next_appeal_deadline as deadline from dispute
    )
    where claim_family_id is not null
    group by all
)

select
    replace(finding.kind, '_', ' ') as kind,
    cents(finding.amount) as amount,
    coalesce(remittance.payer_name, remittance.payer_id, family.payer) as payer,
    remittance.payment_date as day,
    if(finding.claim_family_id is null, null, [finding.claim_family_id, nullif(family.account, '')]) as claim,
    if(remittance.remittance_id is null, null, [remittance.remittance_id, remittance.trace_number]) as "check",
    deadline.deadline,
    finding.explanation,
from finding
left join deadline on deadline.claim_family_id = finding.claim_family_id
left join remittance using (remittance_id)
left join family_label as family on family.claim_family_id = finding.claim_family_id
order by abs(finding.amount) desc, finding.finding_id
