-- grain: one row per provider adjustment and claim family whose control number stands inside an unbroken reference
--
-- Some payers write numbers one behind the other with nothing between: account, claim and trace number, or claim and
-- member number. A control number found inside is proof only when all that stands around it is known as well: the same
-- claim's account, member or service date, a trace number of this payer, zeros, a few letters in front, or behind it
-- the first letters of the patient's name. The field ends after fifty characters: what stands last may be the beginning
-- of such a number, if the claim's own. What nobody else knows, like the number of a letter, may stand around it as
-- well where this is how the payer writes: most of its references of one form, and at least three claims, have their
-- control number in this very place.
with unbroken as (
    select
        adjustment.provider_adjustment_id,
        adjustment.relation_number,
        adjustment.remittance_number,
        with_zeros(adjustment.reference_id) as reference,
        regexp_replace(number_form(reference), '[A-Z]+$', 'A') as form,
        length(adjustment.reference_id) >= 50 as is_full,
    from staging.provider_adjustment as adjustment
    semi join takebacks.reference_token using (provider_adjustment_id)
    anti join matching.by_payer_claim_control_number as named using (provider_adjustment_id)
    where length(adjustment.reference_key) >= 10
),

form as (
    select relation_number, form, count(distinct reference) as references_in_all
    from unbroken
    group by all
),

-- Leading zeros are part of a number that stands inside another one.
whole_number as (
    select
        payment.relation_number,
        with_zeros(payment.payer_claim_control_number) as number,
        length(number) as size,
        payment.claim_family_id,
        payment.family_number,
        max(payment.claim_payment_number) as claim_payment_number,
        min(start.first_remittance_number) as first_remittance_number,
    from takebacks.claim_payment as payment
    join takebacks.identifier as start
        on start.relation_number = payment.relation_number
        and start.kind = 'payer_claim_control_number'
        and start.token = payment.control_key
        and start.family_number = payment.family_number
    where size >= 7
    group by all
),

window_of as (
    select
        unbroken.*,
        size.size,
        unnest(range(1, length(unbroken.reference) - size.size + 2)) as place,
    from unbroken
    join (from whole_number select relation_number, size group by all) as size using (relation_number)
    where length(unbroken.reference) > size.size
),

inside as (
    select
        window_of.provider_adjustment_id,
        window_of.relation_number,
        window_of.reference,
        window_of.form,
        window_of.place,
        whole_number.claim_family_id,
        whole_number.family_number,
        whole_number.claim_payment_number,
        window_of.is_full,
        ltrim(left(window_of.reference, window_of.place - 1), '0') as front,
        substr(window_of.reference, window_of.place + window_of.size) as back,
    from window_of
    join whole_number
        on whole_number.relation_number = window_of.relation_number
        and whole_number.number = substr(window_of.reference, window_of.place, window_of.size)
        and whole_number.first_remittance_number <= window_of.remittance_number
),

usual_place as (
    select inside.relation_number, inside.form, inside.place
    from inside
    join form using (relation_number, form)
    group by inside.relation_number, inside.form, inside.place, form.references_in_all
    having count(distinct inside.family_number) >= 3 and count(distinct inside.reference) * 2 > form.references_in_all
),

known_piece as (
    select identifier.family_number, identifier.token as piece
    from takebacks.identifier as identifier
    semi join inside using (family_number)
    where identifier.kind = 'patient_control_number'
    union
    select payment.family_number, unnest([payment.member_key, strftime(payment.service_date_from, '%Y%m%d')])
    from takebacks.claim_payment as payment
    semi join inside using (family_number)
    union
    select payment.family_number, normalised(remittance.trace_number)
    from takebacks.claim_payment as payment
    join staging.remittance as remittance using (remittance_number)
    semi join inside using (family_number)
    union
    select inside.family_number, normalised(remittance.trace_number)
    from inside
    join staging.remittance as remittance
        on remittance.relation_number = inside.relation_number
        and contains(inside.back, normalised(remittance.trace_number))
),

patient_name as (
    select payment.family_number, upper(payment.patient_last_name) as name
    from takebacks.claim_payment as payment
    semi join inside using (family_number)
    where payment.patient_last_name is not null
    group by all
),

judged as (
    select
        inside.*,
        rtrim(inside.front, '0') = ''
        or regexp_full_match(inside.front, '[A-Z]{1,4}0*')
        or front_piece.piece is not null as front_is_known,
        inside.back = '' or back_piece.piece is not null or patient_name.name is not null as back_is_known,
    from inside
    left join known_piece as front_piece
        on front_piece.family_number = inside.family_number
        and ends_with(rtrim(inside.front, '0'), rtrim(front_piece.piece, '0'))
        and regexp_full_match(
            left(inside.front, length(rtrim(inside.front, '0')) - length(rtrim(front_piece.piece, '0'))), '[A-Z]{0,4}0*'
        )
    left join known_piece as back_piece
        on back_piece.family_number = inside.family_number
        and (
            ltrim(back_piece.piece, '0') = ltrim(inside.back, '0')
            or (inside.is_full and length(inside.back) >= 4 and starts_with(back_piece.piece, inside.back))
        )
    left join patient_name
        on patient_name.family_number = inside.family_number
        and length(inside.back) >= 4
        and starts_with(patient_name.name, inside.back)
),

by_numbers_run_together as (
    select
        judged.provider_adjustment_id,
        judged.claim_family_id,
        max(judged.claim_payment_number) as claim_payment_number,
        'numbers_run_together' as rule,
        4 as strength,
        'payer claim control number inside the reference, '
        || if(
            bool_or(judged.front_is_known and judged.back_is_known),
            'and all around it known', 'where this payer usually writes it'
        ) as evidence,
    from judged
    left join usual_place using (relation_number, form, place)
    where (judged.front_is_known and judged.back_is_known) or usual_place.form is not null
    group by judged.provider_adjustment_id, judged.claim_family_id
)

select * from by_numbers_run_together
