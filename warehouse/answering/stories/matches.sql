-- grain: one row per claim family that a part of a provider adjustment is tied to
select m.amount, m.rule, m.confidence, m.evidence, m.claim_family_id, m.claim_payment_id,
       concat_ws(' ', 'claim', payer_claim_control_number, 'of account', patient_control_number,
                 'in check', trace_number) as claim
from main.takeback_match as m left join main.claim_payment using (claim_payment_id)
where provider_adjustment_id = $1 order by m.claim_family_id
