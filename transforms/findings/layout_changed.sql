-- grain: one row per payer and PLB code whose references have another layout than before
-- scope: whole
--
-- For good, not for one odd reference: at least five sure references in the old layout, four of five of all until the
-- last of them; since then at least five in the new one, four of five of all since, and the old one never again.
with place as (
    select
        payer_key,
        adjustment_reason_code,
        layout,
        count(*) as wins,
        min(provider_adjustment_number) as first_number,
        max(provider_adjustment_number) as last_number,
        max(payment_date) as last_seen,
        arg_min(provider_adjustment_id, provider_adjustment_number) as provider_adjustment_id,
        arg_min(remittance_id, provider_adjustment_number) as remittance_id,
        arg_min(payment_date, provider_adjustment_number) as first_seen,
        arg_min(amount, provider_adjustment_number) as amount,
    from matching.certain_layout
    group by payer_key, adjustment_reason_code, layout
    having count(*) >= 5
),

change as (
    select
        place.*,
        before.layout as old_layout,
        before.wins as old_wins,
        before.last_seen as old_last_seen,
        before.last_number as old_last_number,
    from place
    join place as before using (payer_key, adjustment_reason_code)
    where before.last_number < place.first_number
),

judged as (
    select
        change.*,
        count(*) filter (where certain.provider_adjustment_number <= change.old_last_number) as references_before,
        count(*) filter (where certain.provider_adjustment_number >= change.first_number) as references_since,
    from change
    join matching.certain_layout as certain using (payer_key, adjustment_reason_code)
    group by all
),

layout_changed as (
    select
        'layout_changed' as kind,
        provider_adjustment_id as about,
        cast(null as varchar) as claim_family_id,
        remittance_id,
        provider_adjustment_id,
        money(amount) as amount,
        'until ' || old_last_seen || ' the claim''s number stood in ' || old_wins || ' references under '
        || adjustment_reason_code || ' of this payer as ' || old_layout || '; since ' || first_seen || ' it stands in '
        || wins || ' as ' || layout as explanation,
    from judged
    where old_wins * 5 >= references_before * 4 and wins * 5 >= references_since * 4
)

select * from layout_changed
