-- grain: one row per posting of a ledger entry; debits are positive, credits negative, seen from the provider
--
-- cash moves as the checks do: over a remittance it adds up to BPR02. receivable is what the payer holds against a
-- claim (a credit); per claim family it adds up to minus the outstanding amount of its overpayment. A refund by check
-- leaves through refund_checks; its two legs in the 835 meet in refund_clearing.
with original as (
    select remittance_id, money(sum(paid_amount)) as amount
    from takebacks.claim_payment
    where role = 'original'
    group by all
),

adjustment_part as (
    select kind.*, decision.claim_family_id, decision.amount as part_amount
    from matching.kind as kind
    join matching.decision as decision using (provider_adjustment_id)
    union all
    select * exclude (matched_amount, unmatched_amount), null, unmatched_amount
    from matching.balance
    where unmatched_amount <> 0
),

account as (
    select
        *,
        case
            when kind in ('refund', 'refund_contra') then 'refund_clearing'
            when concerns_claims and claim_family_id is null
                then if(dismissed.provider_adjustment_id is null, 'suspense', 'dismissed')
            when concerns_claims then 'receivable'
            when kind in ('forward_out', 'forward_in') then 'forward_balance'
            when kind = 'levy' then 'third_party_debt'
            else kind
        end as account,
    from adjustment_part
    left join matching.dismissed as dismissed using (provider_adjustment_id)
),

posting as (
    select
        remittance_id || '-payments' as entry_id, unnest(['cash', 'claim_payments']) as account,
        unnest([amount, -amount]) as amount, remittance_id, null as claim_family_id, null as provider_adjustment_id,
    from original
    where amount <> 0
    union all
    select
        remittance_id || '-' || claim_family_id, unnest(['claim_payments', 'receivable', 'receivable', 'cash']),
        unnest([-amount, least(amount, 0), -least(amount, 0), amount]), remittance_id, claim_family_id, null,
    from takebacks.difference
    where amount <> 0
    union all
    select
        provider_adjustment_id, unnest(['cash', account]), unnest([-part_amount, part_amount]), remittance_id,
        claim_family_id, provider_adjustment_id,
    from account
    union all
    select
        provider_adjustment_id || '-check', unnest(['receivable', 'refund_checks']),
        unnest([-part_amount, part_amount]), remittance_id, claim_family_id, provider_adjustment_id,
    from account
    where kind = 'refund' and claim_family_id is not null
    union all
    select
        held.provider_adjustment_id || '-held', unnest(['receivable', 'suspense']), unnest([held.amount, -held.amount]),
        kind.remittance_id, held.claim_family_id, held.provider_adjustment_id,
    from matching.proof as held
    join matching.kind as kind using (provider_adjustment_id)
    where not kind.is_in_balance and kind.kind = 'deferral'
    union all
    select
        claim_family_id || '-demanded', unnest(['claim_payments', 'receivable']),
        unnest([demanded_amount, -demanded_amount]), null, claim_family_id, null,
    from ledger.overpayment
    where demanded_amount <> 0
    union all
    select
        claim_family_id || '-forgiven', unnest(['receivable', 'claim_payments']),
        unnest([forgiven_amount - raised_amount, raised_amount - forgiven_amount]), null, claim_family_id, null,
    from ledger.overpayment
    where forgiven_amount <> raised_amount
    union all
    select
        remittance_id || '-imbalance', unnest(['cash', 'out_of_balance']),
        unnest([imbalance_amount, -imbalance_amount]), remittance_id, null, null,
    from staging.remittance
    where imbalance_amount <> 0
)

select posting.*, coalesce(remittance.payment_date, overpayment.last_activity_date) as posting_date
from posting
left join staging.remittance as remittance using (remittance_id)
left join ledger.overpayment as overpayment using (claim_family_id)
where posting.amount <> 0
