-- grain: one row per claim family that a letter asks money back for
-- amount: what all letters ask back; a second letter repeats a first one, whatever its number
-- letter_date: of the first letter
with counted as (
    select *, min(letter_level) over (partition by claim_family_id) as first_level
    from takebacks.letter_claim
),

asked as (
    select claim_family_id, sum(amount) as amount
    from counted
    where letter_level = first_level
    group by all
),

dated as (
    select
        claim_family_id,
        min(letter_date) as letter_date,
        max(letter_date) as last_letter_date,
        min(due_day) as due_day,
        min(recoupable_day) as recoupable_day,
    from ledger.notice
    where claim_family_id is not null
    group by all
)

select dated.*, money(asked.amount) as amount
from asked
join dated using (claim_family_id)
