-- grain: one row per taking of a remittance that sent a balance forward, in the queue of its chain of forward balances
-- from_amount: where its dollars begin among all that ever entered the chain
-- to_amount: where they end
--
-- What a remittance took: claims that it lowered and did not hold harmless by a delay, and what it withheld. The two
-- legs of a refund cancel out. Old balances that it took in were in the queue before, but for what no remittance on
-- file had sent: that enters here, as the oldest.
with sending as (
    select
        remittance_number,
        remittance_id,
        arg_min(chain_id, provider_adjustment_number) as chain_id,
    from ledger.forward_balance
    where direction = 'out'
    group by all
),

held as (
    select kind.remittance_id, proof.claim_family_id, -sum(proof.amount) as amount
    from matching.proof as proof
    join matching.kind as kind using (provider_adjustment_id)
    where kind.kind = 'deferral'
    group by all
),

lowered as (
    select
        sending.chain_id,
        sending.remittance_number,
        1 as place,
        difference.first_claim_payment_number as number,
        'claim_lowered' as source_kind,
        difference.claim_family_id,
        cast(null as varchar) as source_adjustment_id,
        -difference.amount - greatest(0, coalesce(held.amount, 0)) as amount,
    from sending
    join takebacks.difference as difference using (remittance_id)
    left join held
        on held.remittance_id = difference.remittance_id and held.claim_family_id = difference.claim_family_id
),

withheld as (
    select
        sending.chain_id,
        sending.remittance_number,
        2 as place,
        balance.provider_adjustment_number as number,
        balance.kind as source_kind,
        part.claim_family_id,
        balance.provider_adjustment_id as source_adjustment_id,
        part.amount,
    from sending
    join matching.balance as balance using (remittance_id)
    join (
        select provider_adjustment_id, claim_family_id, amount
        from matching.decision
        union all
        select provider_adjustment_id, null, unmatched_amount
        from matching.balance
    ) as part using (provider_adjustment_id)
    where balance.kind not in ('forward_in', 'forward_out', 'refund', 'refund_contra')
),

unsent as (
    select
        sending.chain_id,
        sending.remittance_number,
        0 as place,
        forward.provider_adjustment_number as number,
        'not_on_file' as source_kind,
        cast(null as varchar) as claim_family_id,
        cast(null as varchar) as source_adjustment_id,
        -forward.balance_after as amount,
    from sending
    join ledger.forward_balance as forward using (remittance_number)
    where forward.direction = 'in' and forward.balance_after < 0
),

piece as (
    from unsent
    union all
    from lowered
    union all
    from withheld
),

queued as (
    select
        *,
        money(sum(amount) over (
            partition by chain_id order by remittance_number, place, number, claim_family_id nulls last
        )) as to_amount,
    from piece
    where amount > 0
)

select *, money(to_amount - amount) as from_amount
from queued
