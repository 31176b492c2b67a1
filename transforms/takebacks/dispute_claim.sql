-- grain: one row per dispute and claim family that it is about: the claim that it names, or all claims of its letter
-- scope: whole
with dispute_claim as (
    select dispute.dispute_id, named.relation_number, named.claim_family_id
    from staging.dispute as dispute
    join takebacks.named_claim as named on named.row_id = dispute.dispute_id
    union all
    select dispute.dispute_id, letter.relation_number, letter.claim_family_id
    from staging.dispute as dispute
    join takebacks.possible_relation as possible on possible.row_id = dispute.dispute_id
    join takebacks.letter_claim as letter
        on letter.relation_number = possible.relation_number and letter.letter_key = dispute.letter_key
    where dispute.control_key is null and dispute.account_key is null
)

select *
from dispute_claim
qualify min(relation_number) over (partition by dispute_id) = max(relation_number) over (partition by dispute_id)
