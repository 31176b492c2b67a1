-- grain: one row per dispute and claim family that it is about; a dispute about no claim on file has one without
-- stops: whether it is one that keeps the payer from taking the money while it is open
--
-- Under Medicare only an appeal that is filed soon after the letter does, and a rebuttal never.
with dispute as (
    select
        dispute.*,
        claim.relation_number,
        claim.claim_family_id,
        case
            when dispute.dispute_level = 'dispute' then 'disputed'
            else 'appealed'
        end as state,
        case
            when dispute.outcome = 'lost' and dispute.dispute_level = 'first'
                then dispute.outcome_date + rule.second_appeal_days
        end as next_appeal_day,
        coalesce(rule.line_of_business, '') <> 'medicare'
        or (
            dispute.dispute_level <> 'dispute'
            and dispute.filed_date <= coalesce(
                letter.last_letter_date + if(dispute.dispute_level = 'first', rule.stop_days, null), dispute.filed_date
            )
        ) as stops,
    from takebacks.sheet_relation as sheet
    join staging.dispute as dispute on dispute.dispute_id = sheet.row_id
    left join takebacks.dispute_claim as claim using (dispute_id)
    left join ledger.family_rule as rule
        on rule.relation_number = claim.relation_number and rule.claim_family_id = claim.claim_family_id
    left join ledger.letter_debt as letter on letter.claim_family_id = claim.claim_family_id
)

select * from dispute
