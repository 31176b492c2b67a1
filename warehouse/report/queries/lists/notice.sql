-- grain: one row per claim of a payer's letter, the nearest deadline first
select
    coalesce(notice.payer, family.payer) as payer,
    notice.letter_number as letter,
    notice.letter_date as day,
    if(notice.claim_family_id is null, null, [notice.claim_family_id, nullif(family.account, '')]) as claim,
    cents(notice.amount) as amount,
    cents(overpayment.outstanding_amount) as outstanding,
    notice.appeal_deadline,
    notice.due_date,
    notice.recoupable_date,
    coalesce(replace(overpayment.state, '_', ' '), 'claim not on file') as state,
from notice
left join family_label as family on family.claim_family_id = notice.claim_family_id
left join overpayment on overpayment.claim_family_id = notice.claim_family_id
order by notice.appeal_deadline nulls last, notice.due_date nulls last, abs(notice.amount) desc, notice.notice_id
