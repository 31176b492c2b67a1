-- grain: one row per denied service line, or claim that was denied as a whole
-- order: denial_id
-- denial_id: stable id: the line or claim payment
-- claim_payment_id: claim payment that denies
-- service_payment_id: denied line; null where the claim was denied at claim level
-- claim_family_id: claim in all its versions at this payer
-- claim_id: 837 claim that it answers; null if none is on file
-- remittance_id: remittance that denies
-- payer_id: payer that denies
-- payment_date: date of that remittance
-- denial_category: kind of denial of the largest amount
-- group_code: its CAS01
-- reason_code: its claim adjustment reason code
-- denied_amount: all that was denied of the line or claim
-- is_standing: not reversed since
--
-- A denial pays nothing and adjusts more than contract and patient's share (codes.denial_kind). The claim status does
-- not say it: 4 means that the patient is not known.
with denied as (
    select
        adjustment.claim_payment_id,
        adjustment.service_payment_id,
        sum(adjustment.amount) as denied_amount,
        arg_max(
            {
                'denial_category': adjustment.denial_category,
                'group_code': adjustment.group_code,
                'reason_code': adjustment.reason_code
            },
            (adjustment.amount, adjustment.adjustment_id)
        ) as largest,
    from marts.adjustment as adjustment
    semi join (
        select category
        from codes.denial_kind
        where is_denial = 'yes'
    ) as kind on kind.category = adjustment.denial_category
    group by all
    having sum(adjustment.amount) > 0
),

undone as (
    select reverses_claim_payment_id as claim_payment_id
    from takebacks.claim_payment
    where reverses_claim_payment_id is not null
    group by all
),

denial as (
    select
        coalesce(denied.service_payment_id, denied.claim_payment_id) as denial_id,
        denied.claim_payment_id,
        denied.service_payment_id,
        payment.claim_family_id,
        payment.claim_id,
        payment.remittance_id,
        remittance.payer_id,
        payment.payment_date,
        denied.largest.denial_category as denial_category,
        denied.largest.group_code as group_code,
        denied.largest.reason_code as reason_code,
        money(denied.denied_amount) as denied_amount,
        undone.claim_payment_id is null as is_standing,
    from denied
    join takebacks.claim_payment as payment using (claim_payment_id)
    join staging.remittance as remittance using (remittance_id)
    left join staging.service_payment as line using (service_payment_id)
    left join undone using (claim_payment_id)
    where payment.role <> 'reversal' and coalesce(line.paid_amount, payment.paid_amount) = 0
)

select * from denial
