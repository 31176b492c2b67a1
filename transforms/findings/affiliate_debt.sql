-- grain: one row per takeback from a check of one provider for the debt of another, and family where one is known
--
-- OB says so itself. Others show by their match: the claim had been paid under another tax id. The money must be
-- settled between the two, and each must know. Payers net by tax id: a claim paid to another NPI of the same one is
-- the same enterprise's own debt, and nothing is wrong.
with matched as (
    select
        decision.provider_adjustment_id,
        decision.claim_family_id,
        decision.amount,
        taken.trace_number as paid_trace_number,
        other.payee_npi as paid_npi,
        other.payee_name as paid_name,
        other.enterprise_tin as paid_tin,
    from matching.decision as decision
    left join staging.claim_payment as taken using (claim_payment_id)
    left join staging.remittance as other on other.remittance_id = taken.remittance_id
),

affiliate_debt as (
    select
        'affiliate_debt' as kind,
        concat_ws('-', kind.provider_adjustment_id, matched.claim_family_id) as about,
        matched.claim_family_id,
        kind.remittance_id,
        kind.provider_adjustment_id,
        money(coalesce(matched.amount, kind.amount)) as amount,
        concat_ws(' ', 'check', here.trace_number, 'of', here.payment_date, 'to', here.payee_name, here.payee_npi)
        || ' was lowered by ' || dollars(coalesce(matched.amount, kind.amount)) || ' (' || kind.adjustment_reason_code
        || ') for '
        || if(
            matched.paid_trace_number is null, 'a debt of another provider',
            concat_ws(' ', name.family_name || ', paid to', matched.paid_name, matched.paid_npi)
            || ' by check ' || matched.paid_trace_number
        ) as explanation,
    from matching.kind as kind
    join staging.remittance as here using (remittance_id)
    left join matched using (provider_adjustment_id)
    left join ledger.family_name as name using (claim_family_id)
    where
        kind.kind = 'recoupment'
        and (kind.adjustment_reason_code = 'OB' or matched.paid_tin <> here.enterprise_tin)
)

select * from affiliate_debt
