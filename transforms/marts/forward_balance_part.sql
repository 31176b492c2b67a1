-- grain: one row per forward balance (FB pair) and taking that a part of it stands for
-- order: provider_adjustment_id, part_ordinal
-- provider_adjustment_id: the FB pair
-- part_ordinal: place in the balance, from 1: the oldest first
-- amount: part of the balance with its X12 sign; the parts add up to the FB pair
-- source_kind: claim_lowered (by reversal and correction), the kind of the provider adjustment that withheld, or
--     not_on_file where no remittance on file sent so much forward
-- claim_family_id: claim that the money was taken for, where one is known
-- source_remittance_id: remittance whose payments did not suffice for it
-- source_trace_number: its TRN02
-- source_provider_adjustment_id: PLB pair that withheld, where it was one
--
-- Which claims was a check short for? Rule: money pays for the oldest taking first. An 835 does not say which dollar is
-- which.
with forward_balance_part as (
    select
        part.provider_adjustment_id,
        part.part_ordinal,
        money(sign(forward.amount) * part.amount) as amount,
        part.source_kind,
        part.claim_family_id,
        source.remittance_id as source_remittance_id,
        source.trace_number as source_trace_number,
        part.source_adjustment_id as source_provider_adjustment_id,
    from ledger.forward_part as part
    join ledger.forward_balance as forward using (provider_adjustment_id)
    left join staging.remittance as source on source.remittance_number = part.source_remittance_number
)

select * from forward_balance_part
