-- grain: one row per provider adjustment that concerns no claim: levies, settlements, advances, capitation, fees
-- order: provider_adjustment_id
-- provider_adjustment_id: the PLB pair
-- remittance_id: remittance that holds it
-- trace_number: its TRN02
-- payment_date: its date
-- payer_id: payer
-- payee_tin: tax id of the payee
-- kind: levy, settlement, capitation or other
-- adjustment_reason_code: PLB03-1
-- meaning: what the code stands for
-- reference_id: PLB03-2 as sent
-- amount: PLB04 as sent: positive is money kept from the provider
--
-- Never matched to a claim: whom the money went to, or what it settles, is for the ledger of the house.
with other_debt as (
    select
        kind.provider_adjustment_id,
        kind.remittance_id,
        kind.trace_number,
        kind.payment_date,
        remittance.payer_id,
        remittance.enterprise_tin as payee_tin,
        kind.kind,
        kind.adjustment_reason_code,
        plb.name_own_words as meaning,
        adjustment.reference_id,
        kind.amount,
    from matching.kind as kind
    join staging.provider_adjustment as adjustment using (provider_adjustment_id)
    join staging.remittance as remittance on remittance.remittance_id = kind.remittance_id
    left join codes.plb_codes as plb on plb.code = kind.adjustment_reason_code
    where kind.kind in ('levy', 'settlement', 'capitation', 'other')
)

select * from other_debt
