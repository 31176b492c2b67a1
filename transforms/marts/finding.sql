-- grain: one row per thing that looks wrong
-- order: kind, finding_id
-- finding_id: stable id: the kind and what it is about
-- kind: name of the file of transforms/findings that found it
-- claim_family_id: claim that it is about
-- remittance_id: remittance that it is about
-- provider_adjustment_id: PLB pair that it is about
-- amount: money in question
-- explanation: what was expected and what was found
--
-- One kind is one file of the stage findings; a new one is added to this list.
with finding as (
    from findings.affiliate_debt
    union all by name
    from findings.appeal_won_not_given_back
    union all by name
    from findings.claim_paid_twice
    union all by name
    from findings.control_number_reuse
    union all by name
    from findings.forward_balance_not_back
    union all by name
    from findings.forward_balance_taken_twice
    union all by name
    from findings.forward_balance_without_origin
    union all by name
    from findings.interest_in_takeback
    union all by name
    from findings.interest_mismatch
    union all by name
    from findings.layout_changed
    union all by name
    from findings.more_than_the_letter
    union all by name
    from findings.negative_payment
    union all by name
    from findings.no_notice
    union all by name
    from findings.past_time_limit
    union all by name
    from findings.refund_not_acknowledged
    union all by name
    from findings.remittance_out_of_balance
    union all by name
    from findings.reversal_without_correction
    union all by name
    from findings.reversal_without_payment
    union all by name
    from findings.taken_after_appeal_won
    union all by name
    from findings.taken_after_refund
    union all by name
    from findings.taken_before_due
    union all by name
    from findings.taken_more_than_overpaid
    union all by name
    from findings.taken_twice
    union all by name
    from findings.taken_while_appealed
    union all by name
    from findings.unbalanced_refund
)

select
    kind || '-' || about as finding_id,
    kind,
    claim_family_id,
    remittance_id,
    provider_adjustment_id,
    money(amount) as amount,
    explanation,
from finding
