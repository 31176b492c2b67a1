-- grain: one row per provider adjustment with what it is
-- is_forgiveness: a CS that hands back what a WO beside it collects: the debt is written off
--
-- Code and sign say what it would be by the guide. Then the company it keeps: the WO beside a 72 is the refund's
-- other leg. A negative WO delays a recovery when a claim was lowered in the same remittance, and gives back an
-- earlier recoupment, under the same reference or with no reference of the same amount, when none was. FB, CS and C5
-- are WO in disguise where they name a claim, or come to the cents that CS or C5 announced: a negative FB that a
-- check above zero did not need is a delay, a positive one on a claim so delayed collects it.
with named as (
    select
        candidate.provider_adjustment_id,
        bool_or(lowered_here_amount > 0) as lowered_here,
        bool_or(lowered_here_amount = -adjustment.amount) as lowered_by_as_much,
        bool_or(has_claim_number) as has_claim_number,
        min(claim_family_id) as claim_family_id,
        count(*) as families,
    from matching.candidate as candidate
    join staging.provider_adjustment as adjustment using (provider_adjustment_id)
    group by candidate.provider_adjustment_id
),

held as (
    select distinct on (provider_adjustment_id) provider_adjustment_id, rule
    from matching.by_same_remittance_difference
    order by provider_adjustment_id, rule
),

seen as (
    select
        adjustment.*,
        remittance.claim_payment_total - remittance.provider_adjustment_total as payment_amount,
        if(adjustment.amount < 0, 'negative', 'positive') as sign,
        pair.leg,
        coalesce(named.lowered_here, false) or (named.provider_adjustment_id is null and held.rule is not null)
            as holds_harmless,
        coalesce(named.has_claim_number, false) as has_claim_number,
        if(named.families = 1, named.claim_family_id, null) as claim_family_id,
        coalesce(contains(upper(adjustment.reference_id), 'INTEREST'), false) as says_interest,
        adjustment.adjustment_reason_code = 'FB' and adjustment.amount < 0 and has_claim_number
            and coalesce(named.lowered_by_as_much, false) as may_delay_by_forward,
    from staging.provider_adjustment as adjustment
    join staging.remittance as remittance using (remittance_id)
    left join takebacks.refund_pair as pair using (provider_adjustment_id)
    left join named using (provider_adjustment_id)
    left join held using (provider_adjustment_id)
),

-- A negative FB on a claim that was lowered here by as much is a delay where the check did not need it (its claims
-- and adjustments say so, whatever BPR02 says), where another FB beside it carries the balance (one is intended), or
-- where a WO collects it later and no FB brings it back: none at all, or, where several went out under the number,
-- none of its amount.
followed as (
    select
        *,
        may_delay_by_forward and (
            payment_amount > 0
            or count(*) filter (
                where adjustment_reason_code = 'FB' and amount < 0 and not may_delay_by_forward
            ) over (partition by remittance_id) > 0
            or (
                coalesce(sum((adjustment_reason_code = 'WO' and amount > 0 and leg is null)::int) over rest, 0) > 0
                and (
                    coalesce(sum((adjustment_reason_code = 'FB' and amount > 0)::int) over rest, 0) = 0
                    or (
                        count(*) filter (where adjustment_reason_code = 'FB' and amount < 0) over beside > 1
                        and coalesce(sum((adjustment_reason_code = 'FB' and amount > 0)::int) over same_amount, 0) = 0
                    )
                )
            )
        ) as delays_by_forward,
    from seen
    window
        rest as (
            partition by relation_number, coalesce(reference_key, provider_adjustment_id)
            order by provider_adjustment_number rows between 1 following and unbounded following
        ),
        same_amount as (
            partition by relation_number, coalesce(reference_key, provider_adjustment_id), abs(amount)
            order by provider_adjustment_number rows between 1 following and unbounded following
        ),
        beside as (partition by remittance_id, coalesce(reference_key, provider_adjustment_id))
),

-- What was collected and what was delayed before, by reference and by the one family named.
history as (
    select
        *,
        coalesce(sum(if(adjustment_reason_code = 'WO' and amount > 0 and leg is null, 1, 0)) over by_reference, 0)
        + coalesce(sum(if(adjustment_reason_code = 'WO' and amount > 0 and leg is null, 1, 0)) over by_family, 0)
            as collected_before,
        coalesce(sum(if(amount < 0 and holds_harmless and leg is null, 1, 0)) over by_reference, 0)
        + coalesce(sum(if(amount < 0 and holds_harmless and leg is null, 1, 0)) over by_family, 0) as delayed_before,
        coalesce(
            sum((adjustment_reason_code in ('CS', 'C5') and amount < 0 and holds_harmless)::int) over by_amount, 0
        ) as announced_before,
        coalesce(sum(delays_by_forward::int) over by_family, 0) as forward_delayed_before,
        last_value(
            case
                when delays_by_forward then 'delayed'
                when adjustment_reason_code = 'FB' and amount < 0 then 'sent'
            end ignore nulls
        ) over up_to_here as last_sent_under_reference,
    from followed
    window
        up_to_here as (
            partition by relation_number, coalesce(reference_key, provider_adjustment_id)
            order by provider_adjustment_number rows between unbounded preceding and 1 preceding
        ),
        by_reference as (
            partition by relation_number, coalesce(reference_key, 'none, ' || abs(amount))
            order by provider_adjustment_number rows between unbounded preceding and 1 preceding
        ),
        by_amount as (
            partition by relation_number, abs(amount)
            order by provider_adjustment_number rows between unbounded preceding and 1 preceding
        ),
        by_family as (
            partition by relation_number, coalesce(claim_family_id, provider_adjustment_id)
            order by provider_adjustment_number rows between unbounded preceding and 1 preceding
        )
),

decided as (
    select
        history.*,
        case
            when leg is not null then leg
            when adjustment_reason_code = 'WO' and history.sign = 'negative' then case
                when holds_harmless then 'deferral'
                when collected_before > 0 then 'give_back'
                else 'deferral'
            end
            when delays_by_forward then 'deferral'
            when adjustment_reason_code = 'FB' and history.sign = 'positive' and has_claim_number
                and coalesce(last_sent_under_reference, if(forward_delayed_before > 0, 'delayed', 'none')) = 'delayed'
                then 'recoupment'
            when adjustment_reason_code in ('CS', 'C5') and says_interest then 'interest'
            when adjustment_reason_code in ('CS', 'C5') and history.sign = 'negative' and holds_harmless then 'deferral'
            when adjustment_reason_code in ('CS', 'C5') and history.sign = 'negative' and has_claim_number
                then 'give_back'
            when adjustment_reason_code in ('CS', 'C5') and history.sign = 'positive'
                and (delayed_before > 0 or (announced_before > 0 and amount <> floor(amount)))
                then 'recoupment'
            else coalesce(by_code.kind, 'other')
        end as kind,
    from history
    left join codes.plb_kind as by_code
        on by_code.code = history.adjustment_reason_code and by_code.sign = history.sign
)

select
    provider_adjustment_id,
    provider_adjustment_number,
    remittance_id,
    remittance_number,
    relation_number,
    payment_date,
    trace_number,
    adjustment_reason_code,
    reference_key,
    amount,
    is_in_balance,
    kind,
    kind in ('recoupment', 'deferral', 'give_back', 'refund', 'refund_contra', 'excess_refund') as concerns_claims,
    adjustment_reason_code = 'CS' and kind = 'give_back' as is_forgiveness,
from decided
