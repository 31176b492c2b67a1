-- grain: one row per day that stands in the reference of a provider adjustment, and token that it is glued to
-- scope: whole
-- token: null where the day stands alone
-- layout: where the token was cut
--
-- Some payers glue the service date to the account number: the date cuts the word in two. Account numbers hold hyphens,
-- so the word is cut, not its parts. Others write the day with six digits, glued to a number or apart.
with dated as (
    select
        provider_adjustment_id,
        place,
        regexp_extract(
            token, '^(.*)((?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(.*)$', ['before', 'date', 'after']
        ) as cut,
    from takebacks.reference_word
    where kind in ('whole', 'word') and length(token) >= 12
),

long_date as (
    select
        provider_adjustment_id,
        place,
        cut.before as before,
        cut.after as after,
        try_strptime(cut.date, '%Y%m%d')::date as day,
    from dated
    where cut.date <> ''
),

-- A day right before an account number that holds a separator of its own.
before_separator as (
    select
        provider_adjustment_id,
        place,
        regexp_extract(
            token, '^(?:.*[^A-Za-z0-9])?([0-9]{6})([A-Za-z0-9]+[^A-Za-z0-9].*)$', ['date', 'after']
        ) as cut,
    from takebacks.reference_word
    where kind in ('whole', 'word') and length(token) >= 12
),

reference_date as (
    select provider_adjustment_id, before as token, 'word ' || place || ' before a date' as layout, day from long_date
    union all
    select provider_adjustment_id, after, 'word ' || place || ' behind a date', day from long_date
    union all
    select
        provider_adjustment_id,
        substr(token, 7),
        'part ' || place || ' behind a short date',
        try_strptime(left(token, 6), '%m%d%y')::date,
    from takebacks.reference_word
    where kind = 'part' and length(token) >= 12
    union all
    select
        provider_adjustment_id,
        left(token, -6),
        'part ' || place || ' before a short date',
        try_strptime(right(token, 6), '%m%d%y')::date,
    from takebacks.reference_word
    where kind = 'part' and length(token) >= 12
    union all
    select
        provider_adjustment_id,
        cut.after,
        'word ' || place || ' behind a short date',
        try_strptime(cut.date, '%m%d%y')::date,
    from before_separator
    where cut.date <> ''
    union all
    select provider_adjustment_id, null, 'part ' || place, try_strptime(token, ['%Y%m%d', '%m%d%y'])::date
    from takebacks.reference_word
    where kind = 'part' and regexp_full_match(token, '[0-9]{6}|(19|20)[0-9]{6}')
)

select *
from reference_date
where day is not null or not contains(layout, 'short')
