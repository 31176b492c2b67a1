-- grain: one row per remittance (835 ST-SE), each once however often it was sent
-- order: payment_date, trace_number, remittance_id
-- stored: no
-- remittance_id: stable id made from the remittance's content
-- trace_number: TRN02: number of the check or transfer
-- payer_id: N104 of the payer, else TRN03
-- payer_name: name of the payer
-- payee_npi: NPI of the payee
-- payee_tin: tax id of the payee (N104 with FI, else REF*TJ)
-- payment_date: BPR16
-- payment_method_code: BPR04: ACH, CHK, NON ...
-- payment_amount: BPR02
-- claim_payment_total: sum of CLP04
-- provider_adjustment_total: sum of all PLB amounts; positive is money kept from the provider
-- imbalance_amount: BPR02 less claim payments plus provider adjustments: 0 where the remittance adds up
-- sha256: file that holds the appearance that counts
-- byte_start: first byte of its ST in that file
-- byte_end: byte after its SE
with remittance as (
    select
        remittance_id,
        trace_number,
        payer_id,
        payer_name,
        payee_npi,
        payee_tin,
        payment_date,
        payment_method_code,
        payment_amount,
        claim_payment_total,
        provider_adjustment_total,
        imbalance_amount,
        sha256,
        byte_start,
        byte_end,
    from staging.remittance
)

select * from remittance
