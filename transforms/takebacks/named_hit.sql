-- grain: one row per notice, refund or dispute, claim family that one of its numbers names, and kind of number
-- row_id: the row of the sheet
-- place: 1 the payer's number of the claim, 2 the account number, with the day of service where it is given
with hit as (
    select
        possible.row_id,
        identifier.relation_number,
        identifier.claim_family_id,
        identifier.family_number,
        identifier.claim_payment_number,
        possible.service_date,
        if(identifier.kind = 'patient_control_number', 2, 1) as place,
        identifier.kind,
    from takebacks.possible_relation as possible
    join takebacks.identifier as identifier
        on identifier.relation_number = possible.relation_number
        and identifier.token = if(
            identifier.kind = 'patient_control_number', possible.account_key, possible.control_key
        )
),

named_hit as (
    select hit.* exclude (family_number, service_date)
    from hit
    where
        place = 1
        or service_date is null
        or exists (
            from takebacks.claim_payment as payment
            where payment.family_number = hit.family_number and payment.service_date_from = hit.service_date
        )
)

select * from named_hit
