-- grain: one row per provider adjustment that refers to an earlier check by its trace number, and family paid in it
-- open_amount: what the family owed when the adjustment came, 0 where nothing was delayed from it
--
-- A check pays many claims, so its number names none of them, and it is no receivable number either: two debts under it
-- are two debts. A payer that delays under the number of the delaying check itself means that delay.
with named as (
    select
        kind.provider_adjustment_id,
        kind.provider_adjustment_number,
        remittance.remittance_number,
    from matching.kind as kind
    anti join matching.candidate as candidate using (provider_adjustment_id)
    join staging.remittance as remittance
        on remittance.relation_number = kind.relation_number
        and normalised(remittance.trace_number) = kind.reference_key
        and remittance.remittance_number < kind.remittance_number
    anti join matching.receivable as receivable
        on receivable.remittance_number = remittance.remittance_number
        and receivable.reference_key = kind.reference_key
    where kind.concerns_claims
    qualify count(*) over (partition by kind.provider_adjustment_id) = 1
),

paid as (
    select
        remittance_number,
        claim_family_id,
        arg_max(claim_payment_id, claim_payment_number) as claim_payment_id,
        sum(paid_amount) as paid_amount,
    from takebacks.claim_payment
    where role <> 'reversal'
    group by all
    having sum(paid_amount) > 0
),

check_number as (
    select
        named.provider_adjustment_id,
        paid.claim_family_id,
        paid.claim_payment_id,
        money(paid.paid_amount) as paid_amount,
        money(debt.open_amount) as open_amount,
    from named
    join paid using (remittance_number)
    left join matching.debt_balance as debt
        on debt.claim_family_id = paid.claim_family_id
        and debt.from_number < named.provider_adjustment_number
        and debt.until_number >= named.provider_adjustment_number
)

select * from check_number
