-- grain: one row per provider adjustment (PLB pair)
-- order: remittance_id, adjustment_ordinal
-- provider_adjustment_id: stable id: the remittance, the segment number of the PLB and the element of the pair
-- remittance_id: remittance that holds it
-- trace_number: TRN02 of that remittance
-- adjustment_ordinal: place over all PLB pairs of the remittance, from 1
-- adjustment_reason_code: PLB03-1
-- reference_id: PLB03-2 as sent
-- amount: PLB04 as sent: positive is money kept from the provider
-- kind: recoupment, deferral, give_back, refund (the 72 leg), refund_contra (its WO leg), excess_refund, forward_out,
--     forward_in, interest, levy, settlement, capitation or other
-- matched_amount: part of the amount that is tied to claims
-- unmatched_amount: the rest: matched and unmatched make the amount, always
with provider_adjustment as (
    select
        adjustment.provider_adjustment_id,
        adjustment.remittance_id,
        adjustment.trace_number,
        adjustment.adjustment_ordinal,
        adjustment.adjustment_reason_code,
        adjustment.reference_id,
        adjustment.amount,
        balance.kind,
        balance.matched_amount,
        balance.unmatched_amount,
    from staging.provider_adjustment as adjustment
    join matching.balance as balance using (provider_adjustment_id)
)

select * from provider_adjustment
