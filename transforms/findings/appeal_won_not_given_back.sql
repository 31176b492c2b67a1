-- grain: one row per claim family whose appeal was won after money had been taken that has not come back since
with taken_since as (
    select claim_family_id, sum(amount) as amount
    from findings.taken_after_appeal_won
    group by all
),

appeal_won_not_given_back as (
    select
        'appeal_won_not_given_back' as kind,
        overpayment.claim_family_id as about,
        overpayment.claim_family_id,
        cast(null as varchar) as remittance_id,
        cast(null as varchar) as provider_adjustment_id,
        money(-overpayment.outstanding_amount - coalesce(taken_since.amount, 0)) as amount,
        'an appeal about ' || name.family_name || ' was won on ' || process.won_date || ', and '
        || dollars(-overpayment.outstanding_amount - coalesce(taken_since.amount, 0))
        || ' of what had been taken before has not come back' as explanation,
    from ledger.overpayment as overpayment
    join ledger.process as process using (claim_family_id)
    join ledger.family_name as name using (claim_family_id)
    left join taken_since using (claim_family_id)
    where
        overpayment.state = 'claim_back'
        and -overpayment.outstanding_amount > coalesce(taken_since.amount, 0)
)

select * from appeal_won_not_given_back
