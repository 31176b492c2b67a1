-- grain: one row per provider adjustment and claim family whose control number stands inside an unbroken reference
--
-- Some payers write numbers one behind the other with nothing between: account, claim and trace number, or claim and
-- member number. A control number found inside is proof only when all that stands around it is known as well: the same
-- claim's account, member or service date, a trace number of this payer, zeros, or a few letters in front. The field
-- ends after fifty characters: what stands last may be the beginning of such a number, if the claim's own.
with unbroken as (
    select
        adjustment.provider_adjustment_id,
        adjustment.relation_number,
        adjustment.remittance_number,
        adjustment.reference_key,
        length(adjustment.reference_id) >= 50 as is_full,
    from staging.provider_adjustment as adjustment
    semi join takebacks.reference_token using (provider_adjustment_id)
    anti join matching.by_payer_claim_control_number as named using (provider_adjustment_id)
    where length(adjustment.reference_key) >= 10
),

size as (
    select relation_number, length(token) as size
    from takebacks.identifier
    where kind = 'payer_claim_control_number' and length(token) >= 7
    group by all
),

window_of as (
    select
        unbroken.*,
        size.size,
        unnest(range(1, length(unbroken.reference_key) - size.size + 2)) as place,
    from unbroken
    join size using (relation_number)
    where length(unbroken.reference_key) > size.size
),

inside as (
    select
        window_of.provider_adjustment_id,
        window_of.relation_number,
        identifier.claim_family_id,
        identifier.family_number,
        identifier.claim_payment_number,
        window_of.is_full,
        left(window_of.reference_key, window_of.place - 1) as front,
        substr(window_of.reference_key, window_of.place + window_of.size) as back,
    from window_of
    join takebacks.identifier as identifier
        on identifier.relation_number = window_of.relation_number
        and identifier.kind = 'payer_claim_control_number'
        and identifier.token = substr(window_of.reference_key, window_of.place, window_of.size)
        and identifier.first_remittance_number <= window_of.remittance_number
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

judged as (
    select
        inside.*,
        rtrim(inside.front, '0') = ''
        or regexp_full_match(inside.front, '[A-Z]{1,4}0*')
        or front_piece.piece is not null as front_is_known,
        inside.back = '' or back_piece.piece is not null as back_is_known,
    from inside
    left join known_piece as front_piece
        on front_piece.family_number = inside.family_number
        and rtrim(front_piece.piece, '0') = rtrim(inside.front, '0')
    left join known_piece as back_piece
        on back_piece.family_number = inside.family_number
        and (
            ltrim(back_piece.piece, '0') = ltrim(inside.back, '0')
            or (inside.is_full and length(inside.back) >= 4 and starts_with(back_piece.piece, inside.back))
        )
),

by_numbers_run_together as (
    select
        provider_adjustment_id,
        claim_family_id,
        max(claim_payment_number) as claim_payment_number,
        'numbers_run_together' as rule,
        4 as strength,
        'payer claim control number inside the reference, and all around it known' as evidence,
    from judged
    where front_is_known and back_is_known
    group by all
)

select * from by_numbers_run_together
