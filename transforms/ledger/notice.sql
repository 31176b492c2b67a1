-- grain: one row per claim of a payer's letter, with the claim family that it is about and the days that follow from it
--
-- What the letter itself says comes before a rule.
with notice as (
    select
        notice.*,
        named.relation_number,
        named.claim_family_id,
        coalesce(notice.due_date, notice.letter_date + rule.due_days) as due_day,
        notice.letter_date + rule.recoupable_days as recoupable_day,
        coalesce(notice.appeal_deadline, notice.letter_date + rule.appeal_days) as appeal_day,
        case
            when notice.due_date is not null then 'the letter'
            when rule.due_days is not null then concat_ws(' ', 'rules for', rule.line_of_business, 'payers')
        end as due_because,
    from takebacks.sheet_relation as sheet
    join staging.notice as notice on notice.notice_id = sheet.row_id
    left join takebacks.named_claim as named on named.row_id = notice.notice_id
    left join ledger.family_rule as rule
        on rule.relation_number = named.relation_number and rule.claim_family_id = named.claim_family_id
)

select * from notice
