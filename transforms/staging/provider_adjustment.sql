-- grain: one row per provider adjustment (PLB pair) of a landed remittance
--
-- reference_key is the whole reference in normal form; the raw one is never changed. Words alone (TAKEBACK, OVERPAYMENT
-- RECOVERY) are no number: every debt would share it.
--
-- A remittance out of balance is kept out of matching, unless codes/lenient_payer.csv trusts its payer all the same.
with lenient as (
    select normalised(payer_id) as payer_key
    from codes.lenient_payer
    group by all
),

provider_adjustment as (
    select
        pair_id(
            remittance.remittance_id, adjustment.segment_number, adjustment.element_position
        ) as provider_adjustment_id,
        row_number() over (
            order by remittance.remittance_number, adjustment.segment_number, adjustment.element_position
        ) as provider_adjustment_number,
        remittance.remittance_id,
        remittance.remittance_number,
        remittance.relation_number,
        remittance.payment_date,
        remittance.trace_number,
        row_number() over (
            partition by remittance.remittance_id order by adjustment.segment_number, adjustment.element_position
        ) as adjustment_ordinal,
        upper(trim(adjustment.adjustment_reason_code)) as adjustment_reason_code,
        adjustment.reference_id,
        if(
            regexp_matches(adjustment.reference_id, '[0-9]'), normalised(adjustment.reference_id), null
        ) as reference_key,
        money(adjustment.amount) as amount,
        remittance.imbalance_amount = 0 or lenient.payer_key is not null as is_in_balance,
    from lake.provider_adjustment as adjustment
    join staging.remittance as remittance using (transaction_key)
    left join lenient using (payer_key)
)

select * from provider_adjustment
