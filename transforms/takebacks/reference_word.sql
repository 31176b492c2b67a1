-- grain: one row per provider adjustment that may name claims, and piece of its reference between separators
-- scope: whole
-- kind: whole (the reference as it is), word (between blanks, where there are any) or part (letters and digits)
-- place: which word or part it is, from 1
with adjustment as (
    select adjustment.provider_adjustment_id, adjustment.reference_id
    from staging.provider_adjustment as adjustment
    left join codes.plb_kind as kind
        on kind.code = adjustment.adjustment_reason_code and kind.sign = 'positive'
    where
        normalised(adjustment.reference_id) is not null
        and coalesce(kind.names_claims, 'by reference') <> 'no'
),

reference_word as (
    select provider_adjustment_id, 'whole' as kind, 0 as place, reference_id as token from adjustment
    union all
    select
        provider_adjustment_id,
        'part',
        generate_subscripts(regexp_split_to_array(trim(reference_id), '[^A-Za-z0-9]+'), 1),
        unnest(regexp_split_to_array(trim(reference_id), '[^A-Za-z0-9]+')),
    from adjustment
    union all
    select
        provider_adjustment_id,
        'word',
        generate_subscripts(regexp_split_to_array(trim(reference_id), '\s+'), 1),
        unnest(regexp_split_to_array(trim(reference_id), '\s+')),
    from adjustment
    where regexp_matches(trim(reference_id), '\s')
)

select * from reference_word
