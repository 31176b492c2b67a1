-- severity: fail
-- says: no id names two rows
with named as (
    select 'claim' as what, claim_id as id from marts.claim
    union all
    select 'claim_line', claim_line_id from marts.claim_line
    union all
    select 'remittance', remittance_id from marts.remittance
    union all
    select 'claim_payment', claim_payment_id from marts.claim_payment
    union all
    select 'service_payment', service_payment_id from marts.service_payment
    union all
    select 'adjustment', adjustment_id from marts.adjustment
    union all
    select 'remark', remark_id from marts.remark
    union all
    select 'provider_adjustment', provider_adjustment_id from marts.provider_adjustment
    union all
    select 'takeback_match', provider_adjustment_id || ' ' || claim_family_id from marts.takeback_match
    union all
    select 'suspense', provider_adjustment_id from marts.suspense
    union all
    select 'forward_balance', provider_adjustment_id from marts.forward_balance
    union all
    select 'overpayment', claim_family_id from marts.overpayment
    union all
    select 'finding', finding_id from marts.finding
    union all
    select 'notice', notice_id from marts.notice
    union all
    select 'refund', refund_id from marts.refund
    union all
    select 'dispute', dispute_id || coalesce(claim_family_id, '') from marts.dispute
    union all
    select 'decision', decision_id from marts.decision
)

select what, id, count(*) as rows
from named
group by all
having count(*) > 1 or id is null
