-- grain: one row per delivered file
-- order: file_name, sha256, run_id
-- file_name: name under which the file was delivered
-- sha256: SHA-256 of its bytes; the raw file is kept under it
-- byte_count: size in bytes
-- status: landed, duplicate (the same bytes had been delivered before), partly_quarantined or quarantined
-- reason: why bytes were set aside, or whose duplicate it is
-- transaction_count: transaction sets (ST-SE) that landed from it; 0 for a sheet (notices, refunds, ...)
-- run_id: run that took the file in
with counted as (
    select sha256, count(*) as transaction_count
    from lake.transaction
    where status = 'landed'
    group by all
),

sheet as (
    select sha256
    from lake.span
    where kind = 'sheet'
    group by all
),

set_aside as (
    select sha256, count(*) as spans, string_agg(reason_code, ', ' order by reason_code) as reasons
    from (
        select sha256, reason_code
        from lake.span
        where kind in ('quarantined', 'junk')
        group by all
    )
    group by all
),

-- Among deliveries of one content the first name counts, so that the order of arrival does not matter.
numbered as (
    select
        *,
        row_number() over (partition by sha256 order by file_name, run_id) as appearance,
        first_value(file_name) over (partition by sha256 order by file_name, run_id) as first_name,
    from lake.delivery
),

delivery as (
    select
        numbered.file_name,
        numbered.sha256,
        numbered.byte_count,
        case
            when numbered.appearance > 1 then 'duplicate'
            when counted.transaction_count is null and sheet.sha256 is null then 'quarantined'
            when set_aside.spans is not null then 'partly_quarantined'
            else 'landed'
        end as status,
        case
            when numbered.appearance > 1 then 'same bytes as ' || numbered.first_name
            when set_aside.reasons is not null then set_aside.reasons
            when counted.transaction_count is null and sheet.sha256 is null then 'no transaction set in it'
        end as reason,
        coalesce(counted.transaction_count, 0) as transaction_count,
        numbered.run_id,
    from numbered
    left join counted using (sha256)
    left join sheet using (sha256)
    left join set_aside using (sha256)
)

select * from delivery
