-- grain: one row per payer and tax id of the payee: where all its takebacks stand
-- order: payer_id, payee_tin
-- payer_id: payer
-- payer_name: its name, as it last wrote it
-- payee_tin: tax id of the payee
-- paid_amount: its checks
-- identified_amount: overpayments that it told of
-- recovered_amount: kept from checks for claims
-- refunded_amount: paid back by the provider's checks
-- given_back_amount: returned by the payer
-- forgiven_amount: no longer asked for
-- receivable_amount: overpayments still open
-- overtaken_amount: taken beyond what was overpaid
-- forward_balance_amount: moved to later checks and not collected yet
-- interest_amount: interest in provider adjustments, positive: kept from the provider
-- third_party_debt_amount: levies for others
-- settlement_amount: settlements, advances, capitation and fees, positive: kept from the provider
-- suspense_amount: provider adjustments about claims that are tied to none, without their signs
with remittance as (
    select
        payer_id,
        enterprise_tin as payee_tin,
        arg_max(payer_name, remittance_number) as payer_name,
        sum(payment_amount) as paid_amount,
    from staging.remittance
    group by all
),

debt as (
    select
        payer_id,
        payee_tin,
        sum(identified_amount) as identified_amount,
        sum(recovered_amount) as recovered_amount,
        sum(refunded_amount) as refunded_amount,
        sum(given_back_amount) as given_back_amount,
        sum(forgiven_amount) as forgiven_amount,
        sum(greatest(outstanding_amount, 0)) as receivable_amount,
        sum(greatest(-outstanding_amount, 0)) as overtaken_amount,
    from ledger.overpayment
    group by all
),

adjustment as (
    select
        remittance.payer_id,
        remittance.enterprise_tin as payee_tin,
        -sum(balance.amount) filter (where balance.kind in ('forward_out', 'forward_in')) as forward_balance_amount,
        sum(balance.amount) filter (where balance.kind = 'interest') as interest_amount,
        sum(balance.amount) filter (where balance.kind = 'levy') as third_party_debt_amount,
        sum(balance.amount) filter (where balance.kind in ('settlement', 'capitation', 'other')) as settlement_amount,
        sum(abs(balance.unmatched_amount)) filter (where balance.concerns_claims) as suspense_amount,
    from matching.balance as balance
    join staging.remittance as remittance using (remittance_id)
    group by all
),

payer_balance as (
    select
        remittance.payer_id,
        remittance.payer_name,
        remittance.payee_tin,
        money(remittance.paid_amount) as paid_amount,
        money(debt.identified_amount) as identified_amount,
        money(debt.recovered_amount) as recovered_amount,
        money(debt.refunded_amount) as refunded_amount,
        money(debt.given_back_amount) as given_back_amount,
        money(debt.forgiven_amount) as forgiven_amount,
        money(debt.receivable_amount) as receivable_amount,
        money(debt.overtaken_amount) as overtaken_amount,
        money(adjustment.forward_balance_amount) as forward_balance_amount,
        money(adjustment.interest_amount) as interest_amount,
        money(adjustment.third_party_debt_amount) as third_party_debt_amount,
        money(adjustment.settlement_amount) as settlement_amount,
        money(adjustment.suspense_amount) as suspense_amount,
    from remittance
    left join debt
        on debt.payer_id is not distinct from remittance.payer_id
        and debt.payee_tin is not distinct from remittance.payee_tin
    left join adjustment
        on adjustment.payer_id is not distinct from remittance.payer_id
        and adjustment.payee_tin is not distinct from remittance.payee_tin
)

select * from payer_balance
