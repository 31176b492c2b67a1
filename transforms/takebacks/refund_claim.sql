-- grain: one row per refund check's row and claim family that it pays back
-- scope: whole
--
-- The row names a claim, or a letter: then its claims, where the amounts that the letter asks back make the row's.
with refund_claim as (
    select refund.refund_id, named.relation_number, named.claim_family_id, refund.amount
    from staging.refund as refund
    join takebacks.named_claim as named on named.row_id = refund.refund_id
    union all
    select refund.refund_id, letter.relation_number, letter.claim_family_id, letter.amount
    from staging.refund as refund
    join takebacks.possible_relation as possible on possible.row_id = refund.refund_id
    join takebacks.letter_claim as letter
        on letter.relation_number = possible.relation_number and letter.letter_key = refund.letter_key
    where
        refund.control_key is null
        and refund.account_key is null
        and letter.is_whole
        and letter.known_amount = refund.amount
)

select *
from refund_claim
qualify min(relation_number) over (partition by refund_id) = max(relation_number) over (partition by refund_id)
