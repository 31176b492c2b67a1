-- grain: one row per remittance that delayed recoveries of which some are not collected to this day
-- open_amount: what its open debts come to
-- opened_number: the last adjustment that opened one of them
--
-- What nothing that is told by its own number has paid: a lump under another number may have.
with rest as (
    select
        balance.relation_number,
        balance.opened_in_remittance,
        balance.claim_family_id,
        balance.open_amount,
        max(receivable.provider_adjustment_number) as opened_number,
    from matching.debt_balance as balance
    join matching.receivable as receivable using (relation_number, claim_family_id)
    where balance.until_number = 9223372036854775807 and balance.open_amount > 0
    group by all
)

select
    relation_number,
    opened_in_remittance,
    money(sum(open_amount)) as open_amount,
    max(opened_number) as opened_number,
    count(*) as families,
from rest
group by all
