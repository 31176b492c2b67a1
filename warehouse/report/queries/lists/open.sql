-- grain: one row per claim family of which something is still open, the largest first; due: as its newest letter says
with letter as (
    select claim_family_id, max(due_date) as due
    from notice
    where claim_family_id is not null
    group by all
)

select
    family.payer as payer,
    [overpayment.claim_family_id, nullif(family.account, '')] as claim,
    cents(overpayment.identified_amount) as identified,
    cents(overpayment.recovered_amount) as recovered,
    cents(overpayment.refunded_amount) as refunded,
    cents(overpayment.outstanding_amount) as outstanding,
    if(overpayment.outstanding_amount > 0, 'we owe the payer', 'the payer owes us') as whose,
    replace(overpayment.cause, '_', ' ') as cause,
    replace(overpayment.state, '_', ' ') as state,
    letter.due,
    overpayment.last_activity_date as day,
from overpayment
left join family_label as family on family.claim_family_id = overpayment.claim_family_id
left join letter on letter.claim_family_id = overpayment.claim_family_id
where overpayment.outstanding_amount <> 0
order by abs(overpayment.outstanding_amount) desc, overpayment.claim_family_id
