-- grain: one row per decision of a person about a provider adjustment, once however often it was delivered
-- order: decided_at, decision_id
-- decision_id: stable id: the row's content
-- provider_adjustment_id: PLB pair that is decided
-- action: match, unlink or dismiss
-- claim: claim as the decision names it
-- claim_family_id: claim on file that it means
-- amount: part of the pair that a match gives to this claim, without a sign; null where all of it
-- reason: why
-- decided_by: who decided
-- decided_at: when, in UTC
-- outcome: applied, superseded (a later or more careful decision stands), stale (no such pair on file), or refused
-- outcome_reason: why it was refused, or that a pair which was dismissed has been matched all the same
-- open_amount: what of the pair is tied to no claim, with the X12 sign
select
    person.decision_id,
    person.provider_adjustment_id,
    person.action,
    person.claim,
    person.claim_family_id,
    person.amount,
    person.reason,
    person.decided_by,
    person.decided_at,
    person.outcome,
    coalesce(
        person.why,
        if(
            person.action = 'dismiss' and person.outcome = 'applied' and balance.unmatched_amount = 0,
            'all of it is tied to claims: nothing was left to dismiss', null
        )
    ) as outcome_reason,
    balance.unmatched_amount as open_amount,
from matching.person as person
left join matching.balance as balance using (provider_adjustment_id)
