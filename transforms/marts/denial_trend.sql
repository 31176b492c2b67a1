-- grain: one row per month, payer and kind of denial
-- order: month, payer_id, denial_category
-- month: first day of the month of payment
-- payer_id: payer that denies
-- denial_category: kind of denial
-- denied_claims: claims with such a denial
-- denied_lines: lines, or whole claims, so denied
-- denied_amount: what was denied
-- standing_amount: what of it was not reversed since
-- paid_or_denied_claims: claims that this payer answered in the month, reversals left out
with answered as (
    select
        date_trunc('month', payment.payment_date)::date as month,
        remittance.payer_id,
        count(*) as paid_or_denied_claims,
    from takebacks.claim_payment as payment
    join staging.remittance as remittance using (remittance_id)
    where payment.role <> 'reversal'
    group by all
),

denied as (
    select
        date_trunc('month', payment_date)::date as month,
        payer_id,
        denial_category,
        count(distinct claim_payment_id) as denied_claims,
        count(*) as denied_lines,
        money(sum(denied_amount)) as denied_amount,
        money(sum(denied_amount) filter (where is_standing)) as standing_amount,
    from marts.denial
    group by all
),

denial_trend as (
    select denied.*, answered.paid_or_denied_claims
    from denied
    join answered
        on answered.month is not distinct from denied.month and answered.payer_id is not distinct from denied.payer_id
)

select * from denial_trend
