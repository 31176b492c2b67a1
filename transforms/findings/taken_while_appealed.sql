-- grain: one row per recoupment of a claim that was in an appeal which should have kept the payer from it
with taken_while_appealed as (
    select
        'taken_while_appealed' as kind,
        concat_ws('-', taking.claim_family_id, taking.provider_adjustment_id) as about,
        taking.claim_family_id,
        taking.remittance_id,
        taking.provider_adjustment_id,
        taking.amount,
        taking.words || ' while '
        || string_agg(
            if(dispute.state = 'disputed', 'a dispute', 'the ' || dispute.dispute_level || ' appeal') || ' of '
            || dispute.filed_date || coalesce(' was open until ' || dispute.outcome_date, ' is open'),
            ' and ' order by dispute.filed_date, dispute.dispute_id
        ) as explanation,
    from ledger.taking as taking
    join ledger.dispute as dispute using (claim_family_id)
    where
        dispute.stops
        and dispute.filed_date <= taking.payment_date
        and (dispute.outcome_date > taking.payment_date or dispute.outcome = 'open')
    group by
        taking.claim_family_id, taking.remittance_id, taking.provider_adjustment_id, taking.amount, taking.words
)

select * from taken_while_appealed
