-- grain: one row per provider adjustment that may name claims and candidate token cut from its reference
-- scope: whole
--
-- Nobody publishes the layouts and payers change them, so a reference is cut in every way that is known and looked
-- up; what a token is, is decided by what it equals, never by its looks. layout: how it was cut, for learning and
-- evidence. A token shorter than four characters, padding zeros included, names nothing by itself: only a whole part
-- that short is kept, for account numbers that something else in the reference supports. Where several cuts hold the
-- same number, a part or word as it stands counts first: its zeros are the payer's.
-- service_dates: days that stand in the reference, alone or glued to this token
with adjustment as (
    select provider_adjustment_id, token as reference_id from takebacks.reference_word where kind = 'whole'
),

part as (
    select provider_adjustment_id, place, token from takebacks.reference_word where kind = 'part'
),

word as (
    select provider_adjustment_id, place, token from takebacks.reference_word where kind = 'word'
),

whole_or_word as (
    select provider_adjustment_id, place, token from takebacks.reference_word where kind in ('whole', 'word')
),

-- An account number may hold separators of its own: neighbouring parts are put together again.
run as (
    select
        provider_adjustment_id,
        array_to_string(parts[first_place:last_place], '') as token,
        'parts ' || first_place || ' to ' || last_place as layout,
    from (
        select provider_adjustment_id, regexp_split_to_array(trim(reference_id), '[^A-Za-z0-9]+') as parts
        from adjustment
    )
    cross join range(1, 6) as beginning(first_place)
    cross join range(2, 7) as ending(last_place)
    where first_place < last_place and last_place <= len(parts)
),

fixed as (
    select adjustment.provider_adjustment_id, substr(reference_id, first::int, length::int) as token, cut.layout
    from adjustment
    cross join codes.reference_cut as cut
    where length(reference_id) >= first::int + 3 and length(reference_id) > length::int
),

-- Some put letters in front of the number: AR, FCN, ICN. The number may begin with letters of its own.
lettered as (
    select
        provider_adjustment_id,
        kind,
        place,
        ltrim(substr(token, letters + 1), ' #:-./_') as token,
    from takebacks.reference_word
    cross join range(1, 5) as front(letters)
    where regexp_matches(left(token, letters), '^[A-Za-z]+$') and regexp_matches(substr(token, letters + 1), '[0-9]')
),

-- Others put the patient's name right behind it. A shorter number needs that name, see by_patient_control_number.
before_name as (
    select
        provider_adjustment_id,
        regexp_extract(token, '^(.*[0-9])[A-Za-z]{4,}$', 1) as token,
        if(kind = 'part', 'part ', 'word ') || place || ' before letters' as layout,
    from takebacks.reference_word
    where regexp_matches(token, '^.{9,}[0-9][A-Za-z]{4,}$')
),

-- Others hang a version or a code of their own on the claim number: its last one to three characters may go, with or
-- without a separator before them.
shortened as (
    select
        provider_adjustment_id,
        left(token, -lost) as token,
        'part ' || place || ' without its last ' || lost as layout,
    from part
    cross join range(1, 4) as suffix(lost)
    where length(token) >= 11 and regexp_matches(token, '[0-9]')
    union all
    select
        provider_adjustment_id,
        regexp_extract(token, '^(.{8,})[^A-Za-z0-9][A-Za-z0-9]{1,3}$', 1),
        'word ' || place || ' without its last part',
    from whole_or_word
    where regexp_matches(token, '^.{8,}[^A-Za-z0-9][A-Za-z0-9]{1,3}$')
),

cut as (
    select provider_adjustment_id, reference_id as token, 'whole' as layout, null::date as day from adjustment
    union all
    select provider_adjustment_id, token, 'part ' || place, null from part
    union all
    select provider_adjustment_id, token, layout, null from run
    union all
    select provider_adjustment_id, token, 'word ' || place, null from word
    union all
    select provider_adjustment_id, token, layout, null from fixed
    union all
    select provider_adjustment_id, token, layout, day from takebacks.reference_date where token is not null
    union all
    select provider_adjustment_id, token, layout, null from shortened
    union all
    select
        provider_adjustment_id, token, if(kind = 'part', 'part ', 'word ') || place || ' behind letters', null,
    from lettered
    where length(token) >= 6
    union all
    select provider_adjustment_id, token, layout, null from before_name
),

free_dates as (
    select provider_adjustment_id, list(day order by day) as days
    from takebacks.reference_date
    where token is null
    group by all
),

ranked as (
    select
        cut.provider_adjustment_id,
        adjustment.relation_number,
        adjustment.remittance_number,
        normalised(cut.token) as token,
        with_zeros(cut.token) as whole_token,
        length(whole_token) as size,
        cut.layout,
        list_distinct(list_concat(
            free_dates.days, list(cut.day) over (partition by cut.provider_adjustment_id, normalised(cut.token))
        )) as service_dates,
    from cut
    join staging.provider_adjustment as adjustment using (provider_adjustment_id)
    left join free_dates using (provider_adjustment_id)
    where
        normalised(cut.token) is not null
        and (size >= 4 or (starts_with(cut.layout, 'part') and not contains(cut.layout, ' to ')))
    qualify row_number() over (
        partition by cut.provider_adjustment_id, normalised(cut.token)
        order by
            if(cut.layout = 'whole', 0, 1),
            contains(cut.layout, 'without'),
            not regexp_full_match(cut.layout, '(part|word) [0-9]+'),
            cut.layout,
            cut.token
    ) = 1
)

select * from ranked
