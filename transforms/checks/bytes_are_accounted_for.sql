-- severity: fail
-- says: the spans of each landed file partition its bytes
with spanned as (
    select
        sha256,
        byte_start,
        byte_end,
        lag(byte_end, 1, 0) over (partition by sha256 order by byte_start, byte_end) as expected_start,
    from lake.span
),

gap as (
    select sha256
    from spanned
    where byte_start <> expected_start
    group by all
),

total as (
    select sha256, sum(byte_end - byte_start) as bytes
    from lake.span
    group by all
)

select sha256 from gap
union
select delivery.sha256
from lake.delivery as delivery
join total using (sha256)
where delivery.byte_count <> total.bytes
