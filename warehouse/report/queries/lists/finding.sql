-- grain: one row per finding, the largest first
select
    replace(finding.kind, '_', ' ') as kind,
    cents(finding.amount) as amount,
    coalesce(remittance.payer_name, remittance.payer_id, claim_entry.value ->> '$.payer') as payer,
    remittance.payment_date as day,
    if(finding.claim_family_id is null, null, [finding.claim_family_id, claim_entry.value ->> '$.account']) as claim,
    if(remittance.remittance_id is null, null, [remittance.remittance_id, remittance.trace_number]) as "check",
    finding.explanation,
from finding
left join remittance using (remittance_id)
left join claim_entry on claim_entry.key = finding.claim_family_id
order by abs(finding.amount) desc, finding.finding_id
