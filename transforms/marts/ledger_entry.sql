-- grain: one row per posting; each entry's postings add up to 0
-- order: entry_id, posting_ordinal
-- entry_id: the entry: a remittance's payments, a claim's change, a provider adjustment, or a claim's demand
-- posting_ordinal: place in the entry, from 1
-- posting_date: payment date of the remittance that brought it
-- account: cash, claim_payments, receivable (what the payer holds against a claim), refund_checks, refund_clearing,
--     forward_balance, interest, third_party_debt, settlement, capitation, suspense, dismissed, out_of_balance or other
-- amount: debit positive, credit negative, from the provider's side; cash over a remittance makes BPR02
-- remittance_id: remittance that brought it
-- claim_family_id: claim that it is about
-- provider_adjustment_id: PLB pair that it comes from
-- payer_id: payer
-- payee_tin: tax id of the payee
--
-- The order in an entry is total: one PLB pair may be shared in equal parts by several claim families.
with ledger_entry as (
    select
        posting.entry_id,
        row_number() over (
            partition by posting.entry_id
            order by posting.account, posting.amount, posting.claim_family_id, posting.provider_adjustment_id
        ) as posting_ordinal,
        posting.posting_date,
        posting.account,
        money(posting.amount) as amount,
        posting.remittance_id,
        posting.claim_family_id,
        posting.provider_adjustment_id,
        if(remittance.remittance_id is null, overpayment.payer_id, remittance.payer_id) as payer_id,
        if(remittance.remittance_id is null, overpayment.payee_tin, remittance.enterprise_tin) as payee_tin,
    from ledger.posting as posting
    left join staging.remittance as remittance using (remittance_id)
    left join ledger.overpayment as overpayment on overpayment.claim_family_id = posting.claim_family_id
)

select * from ledger_entry
