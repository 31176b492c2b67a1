-- grain: one entry per number, amount or date under which a check or a claim can be looked for
--
-- Keys sort by their first letter: `a` an amount in cents, `d` a date, `n` a number without case, separators and
-- leading zeros.
insert into number_entry
with name_of as (
    select remittance_id, trace_number, coalesce(payer_name, payer_id) as payer, payment_date, payment_amount
    from shown_remittance
),

check_key as (
    select remittance_id, 'n' || normalised(trace_number) as key, payment_amount as amount, 'check' as what from name_of
    union all
    select remittance_id, 'd' || payment_date, payment_amount, 'check' from name_of
    union all
    select remittance_id, 'a' || lpad(cast(abs(cents(payment_amount)) as varchar), 15, '0'), payment_amount, 'check'
    from name_of
    union all
    select
        remittance_id, 'a' || lpad(cast(abs(cents(amount)) as varchar), 15, '0'), amount,
        any_value(replace(kind, '_', ' ')) || ' in check'
    from provider_adjustment
    where remittance_id in (select remittance_id from name_of)
    group by remittance_id, amount
    union all
    select remittance_id, 'n' || normalised(reference_id), sum(amount), 'reference in check'
    from provider_adjustment
    where
        remittance_id in (select remittance_id from name_of)
        and normalised(reference_id) not in (select normalised(trace_number) from name_of where trace_number is not null)
    group by remittance_id, normalised(reference_id)
),

family_key as (
    select claim_family_id, 'n' || normalised(patient_control_number) as key from claim_payment
    union
    select claim_family_id, 'n' || normalised(payer_claim_control_number) from claim_payment
    union
    select claim_family_id, 'n' || normalised(original_reference_number) from claim_payment
    union
    select payment.claim_family_id, 'n' || normalised(claim.patient_control_number)
    from claim_payment as payment
    join claim using (claim_id)
    union
    select claim_id, 'n' || normalised(patient_control_number) from claim
),

entry as (
    select
        check_key.key,
        json_array(
            'check', check_key.remittance_id, check_key.what, name_of.trace_number, name_of.payer,
            name_of.payment_date, cents(check_key.amount)
        ) as value,
    from check_key
    join name_of using (remittance_id)
    union all
    select
        family_key.key,
        json_array(
            'claim', family_key.claim_family_id, 'claim', claim_entry.value ->> '$.account',
            claim_entry.value ->> '$.payer', claim_entry.value ->> '$.service_from',
            cast(claim_entry.value ->> '$.paid' as bigint)
        ) as value,
    from family_key
    join claim_entry on claim_entry.key = family_key.claim_family_id
)

select key, value
from entry
where key is not null;
