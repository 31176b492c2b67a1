-- grain: one row per forward balance of which no check on file had moved so much forward
--
-- Its reference names no balance and no check on file. Mostly a check is missing, above all before the first file; what
-- is already open of other balances is taken to be a part of it.
with taken as (
    select forward.*, adjustment.reference_id, remittance.trace_number, remittance.payment_date
    from ledger.forward_balance as forward
    join staging.provider_adjustment as adjustment using (provider_adjustment_id)
    join staging.remittance as remittance on remittance.remittance_id = forward.remittance_id
    where forward.direction = 'in' and forward.balance_after < 0 and not forward.is_origin_named
),

forward_balance_without_origin as (
    select
        'forward_balance_without_origin' as kind,
        provider_adjustment_id as about,
        cast(null as varchar) as claim_family_id,
        remittance_id,
        provider_adjustment_id,
        money(-balance_after) as amount,
        concat_ws(' ', 'check', trace_number, 'of', payment_date) || ' collects a balance of ' || dollars(amount)
        || coalesce(' (reference ' || reference_id || ')', '') || ', but no check on file had moved '
        || if(amount + balance_after > 0, dollars(-balance_after) || ' of it', 'it')
        || ' forward: look for the check that did' as explanation,
    from taken
)

select * from forward_balance_without_origin
