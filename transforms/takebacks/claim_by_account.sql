-- grain: one row per claim payment and 837 claim that has its account number, whole or cut
-- scope: whole
with by_account as (
    select
        payment.claim_payment_id,
        key.claim_id,
        min(key.cut_rank) as cut_rank,
    from staging.claim_payment as payment
    join takebacks.claim_key as key on key.key = payment.account_key
    group by all
)

select * from by_account
