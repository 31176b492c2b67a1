-- grain: one row per transaction set that landed, at the one appearance of it that counts
-- order: transaction_id
--
-- Payers and clearinghouses send the same ST-SE again, in the same file or in a new envelope. transaction_id is made
-- from the content, so copies share it; the first by file hash and place is kept, whatever arrived first.
--
-- submitted_on is what the sender wrote (BHT04, else the interchange's date): a payment cannot answer a claim that was
-- not sent yet. transaction_number is the order in which they were sent, which does not depend on arrival.
with counted as (
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
),

header as (
    select transaction_key, min(transaction_set_creation_date) as submitted_on
    from lake.transaction_header
    group by all
),

appearance as (
    select
        counted.*,
        header.submitted_on,
        row_number() over (order by header.submitted_on nulls first, counted.transaction_id) as transaction_number,
    from counted
    left join header using (transaction_key)
)

select * from appearance
