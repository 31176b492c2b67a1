-- grain: one row per relation, letter number and claim family that the newest letter under this number names
-- scope: whole
-- amount: what it asks back for this claim
-- stated_amount: what it asks back in all, claims that are not on file included
-- is_whole: all of its claims are on file
--
-- A second letter repeats the first. A letter that asks back two amounts for one claim says nothing that could be
-- relied on, and is left out.
with stated as (
    select
        notice.*,
        coalesce(named.relation_number, related.relation_number) as relation_number,
        named.claim_family_id,
        named.claim_payment_number,
    from staging.notice as notice
    left join takebacks.named_claim as named on named.row_id = notice.notice_id
    left join takebacks.named_relation as related on related.row_id = notice.notice_id
),

newest as (
    select *
    from stated
    where relation_number is not null
    qualify dense_rank() over (
        partition by relation_number, letter_key order by letter_date desc, letter_level desc
    ) = 1
),

-- The same row may be there in other words: what counts is the claim.
row_of_letter as (
    select
        relation_number,
        letter_key,
        coalesce(claim_family_id, control_key, account_key) as row_key,
        max(claim_family_id) as claim_family_id,
        max(claim_payment_number) as claim_payment_number,
        max(letter_number) as letter_number,
        max(letter_date) as letter_date,
        min(letter_level) as letter_level,
        max(amount) as amount,
        min(amount) <> max(amount) as is_contradicted,
    from newest
    group by all
),

letter_claim as (
    select
        *,
        sum(amount) over one_letter as stated_amount,
        count(*) over one_letter = count(claim_family_id) over one_letter as is_whole,
        bool_or(is_contradicted) over one_letter as is_contradictory,
    from row_of_letter
    window one_letter as (partition by relation_number, letter_key)
)

select
    * exclude (row_key, is_contradicted, is_contradictory),
    count(*) over one_letter as claims,
    money(sum(amount) over (one_letter order by claim_payment_number, claim_family_id)) as to_amount,
    money(sum(amount) over one_letter) as known_amount,
from letter_claim
where claim_family_id is not null and not is_contradictory
window one_letter as (partition by relation_number, letter_key)
