-- grain: one row per remittance (835 ST-SE), each once however often it was sent
--
-- remittance_number is the order in which payments were made: payment date, then trace number, never arrival. A payment
-- without BPR16 has its production date (DTM*405), else none, and comes last: the envelope's date may not stand in, for
-- the same content would move when it is sent again.
--
-- relation_number stands for one payer and one payee enterprise (tax id): claims, debts and takebacks of different
-- relations never meet. A payer is its N104; where an 835 leaves it out, TRN03 stands in, and stands for the N104 that
-- this TRN03 always came with, if there is just one.
with claim_total as (
    select transaction_key, sum(paid_amount) as amount
    from lake.claim_payment
    group by all
),

adjustment_total as (
    select transaction_key, sum(amount) as amount
    from lake.provider_adjustment
    group by all
),

production as (
    select transaction_key, min(date_from) as production_date
    from lake.date
    where date_time_qualifier = '405' and claim_segment = 0
    group by all
),

originator as (
    select
        normalised(remittance.trace_originating_company_identifier) as trace_originator,
        min(normalised(party.payer_identifier)) as payer,
    from lake.remittance as remittance
    join staging.appearance as appearance using (transaction_key)
    join staging.remittance_party as party using (transaction_id)
    where normalised(remittance.trace_originating_company_identifier) is not null
    group by all
    having count(distinct normalised(party.payer_identifier)) = 1
),

payment as (
    select
        appearance.transaction_id as remittance_id,
        appearance.transaction_key,
        remittance.trace_number,
        coalesce(party.payer_identifier, nullif(trim(remittance.trace_originating_company_identifier), '')) as payer_id,
        party.payer_name,
        party.payee_name,
        party.payee_npi,
        party.payee_tin,
        coalesce(remittance.payment_date, production.production_date) as payment_date,
        remittance.payment_method_code,
        money(remittance.payment_amount) as payment_amount,
        money(claim_total.amount) as claim_payment_total,
        money(adjustment_total.amount) as provider_adjustment_total,
        coalesce(
            normalised(party.payer_identifier), originator.payer,
            normalised(remittance.trace_originating_company_identifier), normalised(party.payer_name), ''
        ) as payer_key,
        coalesce(
            normalised(party.payee_tin), tax_id.tin, normalised(party.payee_npi), normalised(party.payee_number),
            normalised(party.payee_name), ''
        ) as payee_key,
        coalesce(party.payee_tin, tax_id.tin) as enterprise_tin,
        appearance.control_number,
        appearance.sha256,
        appearance.byte_start,
        appearance.byte_end,
    from staging.appearance as appearance
    join lake.remittance as remittance using (transaction_key)
    join staging.remittance_party as party using (transaction_id)
    left join originator
        on originator.trace_originator = normalised(remittance.trace_originating_company_identifier)
    left join staging.tax_id as tax_id on tax_id.npi = party.payee_npi
    left join production using (transaction_key)
    left join claim_total using (transaction_key)
    left join adjustment_total using (transaction_key)
    where appearance.transaction_set_code = '835'
    qualify row_number() over (partition by appearance.transaction_id order by remittance.segment_number) = 1
),

numbered as (
    select
        *,
        money(payment_amount - (claim_payment_total - provider_adjustment_total)) as imbalance_amount,
        row_number() over (
            order by payment_date nulls last, length(trace_number), trace_number, remittance_id
        ) as remittance_number,
        dense_rank() over (order by payer_key, payee_key) as relation_number,
    from payment
)

select * from numbered
