-- grain: one row per segment that the pages quote: a CLP or PLB of a shown remittance, a CLM of a shown claim
-- place_id: transaction and segment, as in the published ids
-- sha256, byte_start, byte_end: where its bytes lie in a raw file
create table place as
with transaction_set as (
    select transaction_key, transaction_id, sha256, byte_start
    from lake.transaction
    where status = 'landed'
),

remittance_set as (
    select transaction_set.*
    from transaction_set
    semi join shown_remittance using (sha256, byte_start)
),

claim_set as (
    select transaction_set.*
    from transaction_set
    where transaction_id in (select transaction_id from claim)
    qualify row_number() over (partition by transaction_id order by sha256, byte_start) = 1
),

segment as (
    select transaction_key, segment_number, byte_start, byte_end from lake.claim_payment
    union all
    select transaction_key, segment_number, byte_start, byte_end
    from lake.provider_adjustment
    qualify row_number() over (partition by transaction_key, segment_number order by element_position) = 1
),

quoted as (
    select
        remittance_set.transaction_id || '-' || segment.segment_number as place_id,
        remittance_set.sha256,
        segment.byte_start,
        segment.byte_end,
    from segment
    join remittance_set using (transaction_key)
    union all
    select
        claim_set.transaction_id || '-' || claim.segment_number as place_id,
        claim_set.sha256,
        claim.byte_start,
        claim.byte_end,
    from lake.claim as claim
    join claim_set using (transaction_key)
    where
        claim_set.transaction_id || '-' || claim.segment_number in (
            select claim_payment.claim_id
            from claim_payment
            where claim_payment.claim_family_id in (from shown_family)
        )
)

-- While a newer reader has not read everything, the lake may hold a transaction twice.
select place_id, min(sha256) as sha256, min(byte_start) as byte_start, min(byte_end) as byte_end
from quoted
group by place_id;
