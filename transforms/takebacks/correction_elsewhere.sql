-- grain: one row per payment to another payee that replaces a reversed one
--
-- A payer that had paid the wrong provider reverses there and pays the right one: the correction stands in the
-- remittance of another tax id (X12 RFI 1776). It is the next payment of this payer for the same charge and day whose
-- number, or whose account and member, are those of the payment reversed. It is told as its correction, but the money
-- is the other payee's: nothing of it lowers what this one owes.
with unanswered as (
    select
        reversal.claim_payment_id as reversal_claim_payment_id,
        reversal.claim_payment_number as reversal_number,
        reversal.relation_number,
        remittance.payer_key,
        undone.claim_payment_id as corrects_claim_payment_id,
        undone.control_key,
        undone.account_key,
        undone.member_key,
        undone.charge_amount,
        undone.service_date_from,
    from takebacks.claim_payment as reversal
    join staging.claim_payment as undone on undone.claim_payment_number = reversal.reverses_claim_payment_number
    join staging.remittance as remittance on remittance.remittance_id = reversal.remittance_id
    anti join takebacks.correction as correction
        on correction.reversal_claim_payment_id = reversal.claim_payment_id
),

other as (
    select
        payment.*,
        remittance.payer_key,
    from takebacks.claim_payment as payment
    join staging.remittance as remittance using (remittance_id)
    semi join unanswered
        on unanswered.service_date_from = payment.service_date_from
        and unanswered.charge_amount = payment.charge_amount
    where payment.role = 'original'
),

met as (
    select
        other.claim_payment_id,
        other.claim_payment_number,
        unanswered.reversal_claim_payment_id,
        unanswered.corrects_claim_payment_id,
    from unanswered
    join other
        on other.payer_key = unanswered.payer_key
        and other.charge_amount = unanswered.charge_amount
        and other.service_date_from = unanswered.service_date_from
        and other.relation_number <> unanswered.relation_number
        and other.claim_payment_number > unanswered.reversal_number
        and coalesce(other.member_key = unanswered.member_key, true)
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
