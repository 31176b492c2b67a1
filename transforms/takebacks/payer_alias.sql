-- grain: one row per payer as billed (837) and payer as paying (835) that belong together
-- scope: whole
--
-- The 837 names a payer by the clearinghouse's number, the 835 by the payer's own: no code list joins them. They are
-- learned from claim payments that just one claim can answer without looking at the payer.
with certain as (
    select paying_payer_key, billed_payer_key
    from takebacks.claim_candidate
    where same_charge and dates = 2 and member >= 0 and billed_payer_key is not null and paying_payer_key <> ''
    qualify count(*) over (partition by claim_payment_id) = 1
),

counted as (
    select billed_payer_key, paying_payer_key, count(*) as claim_payments
    from certain
    group by all
),

payer_alias as (
    select *
    from counted
    qualify claim_payments * 10 >= sum(claim_payments) over (partition by billed_payer_key)
)

select * from payer_alias
