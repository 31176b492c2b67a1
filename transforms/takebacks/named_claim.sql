-- grain: one row per notice, refund or dispute and claim family that it names
-- scope: whole
-- row_id: the row of the sheet
-- how: which number named it
--
-- The payer's number of the claim counts first, else the account number, with the day of service where it is given. A
-- row that may mean several claims means none: it stands there without a claim until somebody says more.
with best as (
    select *
    from takebacks.named_hit
    qualify place = min(place) over (partition by row_id)
),

named_claim as (
    select row_id, relation_number, claim_family_id, max(claim_payment_number) as claim_payment_number, max(kind) as how
    from best
    group by row_id, relation_number, claim_family_id
    qualify count(*) over (partition by row_id) = 1
)

select * from named_claim
