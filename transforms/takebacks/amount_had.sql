-- grain: one row per amount that a claim was paid, or lowered by
--
-- What an amount without a name may be about: one that several claims had proves nothing.
with amount_had as (
    select relation_number, claim_family_id, -amount as amount
    from takebacks.difference
    union all
    select relation_number, claim_family_id, paid_amount
    from takebacks.claim_payment
    where role <> 'reversal'
)

select * from amount_had
