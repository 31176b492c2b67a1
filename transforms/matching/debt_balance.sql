-- grain: one row per claim family and adjustment after which it owed open_amount, until the next one
with per_adjustment as (
    select
        relation_number,
        claim_family_id,
        max(claim_payment_id) as claim_payment_id,
        max(opened_in_remittance) as opened_in_remittance,
        provider_adjustment_number,
        sum(amount) as amount,
    from matching.debt_movement
    group by relation_number, claim_family_id, provider_adjustment_number
),

debt_balance as (
    select
        * exclude (provider_adjustment_number, amount),
        provider_adjustment_number as from_number,
        lead(provider_adjustment_number, 1, 9223372036854775807) over one_family as until_number,
        money(sum(amount) over one_family) as open_amount,
    from per_adjustment
    window one_family as (partition by relation_number, claim_family_id order by provider_adjustment_number)
)

select * from debt_balance
