-- grain: one row per transaction set (ST-SE) that was judged
-- order: sha256, byte_start
-- transaction_id: hash of its content, the same in every copy; remittance.remittance_id or claim.transaction_id
-- sha256: file that holds it
-- byte_start: first byte of its ST in the delivered file
-- byte_end: byte after its SE
-- transaction_set_code: ST01, 835 or 837
-- status: landed, or quarantined by the reader
-- guide: guide that it names (ST03, else GS08)
-- judged_by: guide that it was judged by, a sibling where pyx12 does not have its own; empty where there is none
-- verdict: conforms, defective, or not_evaluable where nothing or not all of it could be judged
-- error_count: findings of severity error
-- warning_count: findings of severity warning, such as codes that a list does not have
--
-- It is advice: a defective transaction that landed counts in full.
with verdict as (
    select
        transaction.transaction_id,
        transaction.sha256,
        transaction.byte_start,
        transaction.byte_end,
        transaction.transaction_set_code,
        transaction.status,
        judged.guide,
        judged.judged_by,
        judged.verdict,
        judged.error_count,
        judged.warning_count,
    from lake.verdict as judged
    join lake.transaction as transaction using (transaction_key)
)

select * from verdict
