-- grain: one row per claim of a payer's letter, once however often it was delivered
-- letter_key: the letter's number in normal form; where it has none, its date
with named as (
    select
        row_id('notice', [
            normalised(payer), normalised(payee), letter_number, coalesce(letter_level, 'first'), letter_date::varchar,
            payer_claim_control_number, patient_control_number, service_date::varchar, amount::varchar, reason,
            due_date::varchar, appeal_deadline::varchar
        ]) as notice_id,
        payer,
        payee,
        letter_number,
        coalesce(letter_level, 'first') as letter_level,
        letter_date,
        payer_claim_control_number,
        patient_control_number,
        service_date,
        amount,
        reason,
        due_date,
        appeal_deadline,
        normalised(payer) as payer_key,
        normalised(payee) as payee_key,
        coalesce(normalised(letter_number), 'letter of ' || letter_date) as letter_key,
        normalised(payer_claim_control_number) as control_key,
        normalised(patient_control_number) as account_key,
    from lake.notice
),

notice as (
    select *
    from named
    qualify row_number() over (partition by notice_id order by payer, payee) = 1
)

select * from notice
