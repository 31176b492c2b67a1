-- grain: one row per amount that a payer will withhold, the soonest first
select
    cast(date_trunc('week', expected.expected_date) as date) as week,
    expected.expected_date as day,
    replace(expected.kind, '_', ' ') as kind,
    coalesce(remittance.payer_name, nullif(family.payer, ''), expected.payer_id) as payer,
    cents(expected.amount) as amount,
    if(
        expected.claim_family_id is null, null, [expected.claim_family_id, nullif(family.account, '')]
    ) as claim,
    if(remittance.remittance_id is null, null, [remittance.remittance_id, remittance.trace_number]) as "check",
    expected.explanation,
from expected_takeback as expected
left join remittance using (remittance_id)
left join family_label as family on family.claim_family_id = expected.claim_family_id
order by expected.expected_date nulls last, abs(expected.amount) desc, expected.expected_takeback_id
