-- grain: one row per finding about a claim family, remittance or provider adjustment
select kind, amount, explanation from main.finding
where $1 in (claim_family_id, remittance_id, provider_adjustment_id) order by kind, finding_id
