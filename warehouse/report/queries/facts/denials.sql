-- grain: one row per payer and denial category of what the shown payments left unpaid, the largest first
--
-- What the contract takes off and what the patient owes is no denial; a reversal only says again what it undoes.
select
    remittance.payer_id,
    replace(adjustment.denial_category, '_', ' ') as words,
    count(distinct adjustment.claim_payment_id) as number,
    sum(adjustment.amount) as amount,
from adjustment
join shown_remittance as remittance using (remittance_id)
join claim_payment as payment using (claim_payment_id)
where
    payment.role <> 'reversal'
    and adjustment.denial_category not in ('contractual', 'patient_responsibility')
group by all
having sum(adjustment.amount) > 0
order by remittance.payer_id, amount desc, words
