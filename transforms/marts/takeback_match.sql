-- grain: one row per provider adjustment and claim family that a part of it belongs to
-- order: provider_adjustment_id, claim_family_id
-- provider_adjustment_id: the PLB pair
-- claim_family_id: the claim, in all its versions at this payer
-- claim_id: the 837 claim that the payment taken back answers; null if none is on file
-- claim_payment_id: the payment taken back; null if the family is known only from an 837
-- amount: part of the PLB amount, with the X12 sign; the parts make the matched amount
-- rule: which evidence decided
-- confidence: 0 to 1: how strong such evidence is
-- evidence: what was compared with what
--
-- Where the payment taken back is not on file, the claim is the one that the family's reversal or correction answers.
with family_claim as (
    select claim_family_id, arg_max(claim_id, claim_payment_number) as claim_id
    from takebacks.claim_payment
    where claim_id is not null
    group by all
),

takeback_match as (
    select
        decision.provider_adjustment_id,
        decision.claim_family_id,
        coalesce(payment.claim_id, decision.claim_id, family_claim.claim_id) as claim_id,
        decision.claim_payment_id,
        money(decision.amount) as amount,
        decision.rule,
        decision.confidence,
        decision.evidence,
    from matching.decision as decision
    left join takebacks.claim_payment as payment using (claim_payment_id)
    left join family_claim on family_claim.claim_family_id = decision.claim_family_id
)

select * from takeback_match
