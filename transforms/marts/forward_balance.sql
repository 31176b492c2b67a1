-- grain: one row per forward balance (FB pair)
-- order: chain_id, provider_adjustment_id
-- provider_adjustment_id: the PLB pair
-- direction: out (pushed to a later remittance) or in (taken from an earlier one)
-- amount: PLB amount with the X12 sign: out is negative, in is positive
-- origin_trace_number: remittance whose negative total this money comes from; null where none can be told
-- chain_id: shared by the balances that carry one another on
-- balance_after: what the chain still owes after this pair; below 0: so much more was collected than was owed, and the
--     chain owes nothing from then on
with forward_balance as (
    select provider_adjustment_id, direction, amount, origin_trace_number, chain_id, balance_after
    from ledger.forward_balance
)

select * from forward_balance
