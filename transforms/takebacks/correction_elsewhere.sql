-- grain: one row per payment to another payee that replaces a reversed one
-- scope: whole
--
-- A payer that had paid the wrong provider reverses there and pays the right one: the correction stands in the
-- remittance of another tax id (X12 RFI 1776). It is the next payment of this payer for the same charge and day whose
-- number, or whose account and member, are those of the payment reversed. It is told as its correction, but the money
-- is the other payee's: nothing of it lowers what this one owes.
with met as (
    select
        other.claim_payment_id,
        other.claim_payment_number,
        unanswered.reversal_claim_payment_id,
        unanswered.corrects_claim_payment_id,
    from takebacks.uncorrected_reversal as unanswered
    join takebacks.relation as relation on relation.relation_number = unanswered.relation_number
    join staging.claim_payment as other
        on other.service_date_from = unanswered.service_date_from
        and other.charge_amount = unanswered.charge_amount
        and other.claim_payment_number > unanswered.reversal_number
        and coalesce(other.member_key = unanswered.member_key, true)
    join takebacks.relation as other_relation
        on other_relation.relation_number = other.relation_number
        and other_relation.payer_key = relation.payer_key
        and other_relation.relation_number <> relation.relation_number
    anti join takebacks.correction as correction on correction.claim_payment_id = other.claim_payment_id
    where
        unanswered.control_key in (other.control_key, other.original_control_key)
        or (
            other.account_key is not distinct from unanswered.account_key
            and other.member_key = unanswered.member_key
        )
),

correction_elsewhere as (
    select *
    from met
    qualify
        row_number() over (partition by reversal_claim_payment_id order by claim_payment_number) = 1
        and count(*) over (partition by claim_payment_id) = 1
)

select * from correction_elsewhere
