-- grain: one row per step from the claims paid to the amount of a remittance, with the claims that it is tied to
with tied as (
    select provider_adjustment_id,
           string_agg(concat_ws(' ', match.amount, 'for claim', payer_claim_control_number,
                                'of account', patient_control_number, 'in check', trace_number),
                      '; ' order by match.claim_family_id) as claims
    from main.takeback_match as match left join main.claim_payment using (claim_payment_id)
    group by provider_adjustment_id
)
select step.amount, step_kind, concat_ws('; ', 'reference ' || reference_id, claims, explanation) as words
from main.remittance_step as step
left join main.provider_adjustment using (provider_adjustment_id)
left join tied using (provider_adjustment_id)
where step.remittance_id = $1 order by step_ordinal
