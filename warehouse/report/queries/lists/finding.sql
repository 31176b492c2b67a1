-- grain: one row per finding, the largest first
select
    replace(finding.kind, '_', ' ') as kind,
    cents(finding.amount) as amount,
    coalesce(remittance.payer_name, remittance.payer_id, family.payer) as payer,
    remittance.payment_date as day,
    if(finding.claim_family_id is null, null, [finding.claim_family_id, nullif(family.account, '')]) as claim,
    if(remittance.remittance_id is null, null, [remittance.remittance_id, remittance.trace_number]) as "check",
    finding.explanation,
from finding
left join remittance using (remittance_id)
left join family_label as family on family.claim_family_id = finding.claim_family_id
order by abs(finding.amount) desc, finding.finding_id
