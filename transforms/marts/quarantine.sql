-- grain: one row per span of bytes set aside
-- order: sha256, byte_start
-- sha256: file that holds the span
-- byte_start: first byte of the span in the delivered file
-- byte_end: byte after the last one
-- reason_code: short code of the reason
-- reason: why it was set aside, in words
-- payment_amount: BPR02 where it can still be read
with quarantine as (
    select sha256, byte_start, byte_end, reason_code, reason, payment_amount
    from lake.span
    where kind in ('quarantined', 'junk')
)

select * from quarantine
