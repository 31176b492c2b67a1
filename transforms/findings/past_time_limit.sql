-- grain: one row per claim family that was asked back for later than a rule of the user's allows
--
-- A limit is a question: the 835 does not say whether a plan is insured or self-funded, nor why it asks so late.
with first_taking as (
    select
        claim_family_id,
        arg_min(provider_adjustment_id, provider_adjustment_number) as provider_adjustment_id,
        arg_min(remittance_id, provider_adjustment_number) as remittance_id,
    from ledger.taking
    group by all
),

past_time_limit as (
    select
        'past_time_limit' as kind,
        time_limit.claim_family_id as about,
        time_limit.claim_family_id,
        first_taking.remittance_id,
        first_taking.provider_adjustment_id,
        overpayment.identified_amount as amount,
        name.family_name || ' was paid on ' || time_limit.paid_day || ' and asked back on ' || time_limit.asked_day
        || ', ' || datediff('day', time_limit.paid_day, time_limit.asked_day) || ' days later; '
        || time_limit.limit_words || ': ' || time_limit.limit_length || ', until ' || time_limit.limit_day
        || '. Ask whether it holds for this plan (claim filing indicator '
        || coalesce(time_limit.claim_filing_indicator_code, 'not stated')
        || ' does not say who funds it) and whether there was an earlier letter' as explanation,
    from ledger.time_limit as time_limit
    join ledger.overpayment as overpayment using (claim_family_id)
    join ledger.family_name as name using (claim_family_id)
    left join first_taking using (claim_family_id)
    where time_limit.asked_day > time_limit.limit_day
)

select * from past_time_limit
