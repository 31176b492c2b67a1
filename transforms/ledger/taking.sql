-- grain: one row per recoupment and claim family of which it took, with words that findings begin with
with taking as (
    select
        kind.provider_adjustment_id,
        kind.provider_adjustment_number,
        kind.remittance_id,
        kind.relation_number,
        kind.payment_date,
        decision.claim_family_id,
        decision.amount,
        concat_ws(' ', 'check', kind.trace_number, 'of', kind.payment_date) || ' took ' || dollars(decision.amount)
        || ' for ' || name.family_name as words,
    from matching.decision as decision
    join matching.kind as kind using (provider_adjustment_id)
    join ledger.family_name as name using (claim_family_id)
    where kind.kind = 'recoupment'
)

select * from taking
