-- grain: one row per payment that stands beside another one of its claim, charge and dates
--
-- It was neither reversed nor is it part of another: parts of a split claim (MA15) and lost checks that are paid again
-- (MA74) are no second payments of a claim. What stands alone is nobody's question.
--
-- standing: 1 for the payment that the claim is to have: the payer's last word, which is its last correction, else its
--     first payment. All others, in their order, were paid again.
with standing as (
    select
        payment.claim_payment_number,
        payment.family_number,
        payment.charge_amount,
        payment.service_date_from,
        payment.service_date_to,
    from takebacks.claim_payment as payment
    anti join (
        select reverses_claim_payment_number
        from takebacks.claim_payment
        where reverses_claim_payment_number is not null
    ) as reversed on reversed.reverses_claim_payment_number = payment.claim_payment_number
    where
        payment.role <> 'reversal'
        and payment.paid_amount > 0
        and not list_has_any(payment.remark_codes, ['MA15', 'MA74'])
),

repeated as (
    select * exclude (claim_payment_number)
    from standing
    group by all
    having count(*) > 1
),

beside_another as (
    select standing.claim_payment_number
    from standing
    semi join repeated
        on repeated.family_number = standing.family_number
        and repeated.charge_amount = standing.charge_amount
        and repeated.service_date_from is not distinct from standing.service_date_from
        and repeated.service_date_to is not distinct from standing.service_date_to
),

last_word as (
    select
        payment.*,
        max(payment.claim_payment_number) filter (where payment.role = 'correction') over (
            partition by
                payment.claim_family_id, payment.charge_amount, payment.service_date_from, payment.service_date_to
        ) as last_correction_number,
    from takebacks.claim_payment as payment
    semi join beside_another using (claim_payment_number)
),

standing_payment as (
    select
        * exclude (last_correction_number),
        row_number() over (
            partition by claim_family_id, charge_amount, service_date_from, service_date_to
            order by claim_payment_number <> last_correction_number, claim_payment_number
        ) as standing,
    from last_word
)

select * from standing_payment
