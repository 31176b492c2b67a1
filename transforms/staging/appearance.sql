-- grain: one row per transaction set that landed, at the one appearance of it that counts
-- order: transaction_id
--
-- Payers and clearinghouses send the same ST-SE again, in the same file or in a new envelope. transaction_id is made
-- from the content, so copies share it; the first by file hash and place is kept, whatever arrived first.
with appearance as (
    select
        transaction_key,
        transaction_id,
        transaction_set_code,
        claim_kind,
        guide,
        control_number,
        sha256,
        byte_start,
        byte_end,
    from lake.transaction
    where status = 'landed'
    qualify row_number() over (partition by transaction_id order by sha256, byte_start) = 1
)

select * from appearance
