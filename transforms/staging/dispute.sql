-- grain: one row per dispute or appeal that was filed, with the last that is known of it
--
-- It is delivered again when it is decided: an outcome counts more than none, a later one more than an earlier one.
with named as (
    select
        row_id('dispute', [
            normalised(payer), normalised(payee), letter_number, payer_claim_control_number, patient_control_number,
            service_date::varchar, dispute_level, filed_date::varchar
        ]) as dispute_id,
        * exclude (sha256, line_number, byte_start, byte_end) replace (coalesce(outcome, 'open') as outcome),
        normalised(payer) as payer_key,
        normalised(payee) as payee_key,
        normalised(letter_number) as letter_key,
        normalised(payer_claim_control_number) as control_key,
        normalised(patient_control_number) as account_key,
    from lake.dispute
)

select *
from named
qualify
    row_number() over (
        partition by dispute_id
        order by
            outcome = 'open', outcome_date desc nulls last, outcome, deadline desc nulls last, amount desc nulls last,
            payer, payee
    ) = 1
