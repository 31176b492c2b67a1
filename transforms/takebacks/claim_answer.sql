-- grain: one row per claim payment that answers one 837 claim by its own evidence
-- scope: whole
-- claim_match_rule: what tied them: the account number as sent, in normal form, cut, or member, dates and charge
--
-- A claim sent to a payer that is known to pay under other names is no candidate, however much it looks like one: the
-- same account, charge and patient come back from the next payer. The best score must stand alone. Twins (claim_twin)
-- share a score; between them order decides: the first payment answers the first claim, the next one the next claim
-- that had been sent by then. A reversal is not counted, it answers whatever the payment answered that it undoes.
with known_payer as (
    select
        billed_payer_key,
        list(paying_payer_key order by paying_payer_key) as paying_payer_keys,
        sum(claim_payments) >= 5 as is_sure,
    from takebacks.payer_alias
    group by all
),

scored as (
    select
        candidate.*,
        twin.twin_number,
        twin.twin_count,
        candidate.score + case
            when known_payer.paying_payer_keys is null then 0
            when list_contains(known_payer.paying_payer_keys, candidate.paying_payer_key) then 2
            else -2
        end as total,
    from takebacks.claim_candidate as candidate
    join takebacks.claim_twin as twin using (claim_id)
    left join known_payer using (billed_payer_key)
    where
        not coalesce(known_payer.is_sure, false)
        or list_contains(known_payer.paying_payer_keys, candidate.paying_payer_key)
),

per_twins as (
    select
        claim_payment_id,
        twin_number,
        max(claim_payment_number) as claim_payment_number,
        bool_or(is_reversal) as is_reversal,
        max(relation_number) as relation_number,
        max(payment_date) as payment_date,
        max(answered_frequency_code) as answered_frequency_code,
        max(twin_count) as twin_count,
        min(cut_rank) as cut_rank,
        bool_or(same_account_number) as same_account_number,
        bool_or(same_charge) as same_charge,
        max(dates) as dates,
        max(member) as member,
        max(total) as total,
    from scored
    group by claim_payment_id, twin_number
),

best as (
    select *
    from per_twins
    where
        total >= 8
        and ((same_charge and (dates > 0 or member > 0)) or (dates = 2 and member > 0))
    qualify
        total = max(total) over (partition by claim_payment_number)
        and count(*) over (partition by claim_payment_number, total) = 1
),

in_order as (
    select
        *,
        row_number() over (
            partition by twin_number, relation_number, is_reversal order by claim_payment_number
        ) as payment_ordinal,
    from best
),

choice as (
    select
        in_order.claim_payment_id,
        in_order.claim_payment_number,
        in_order.relation_number,
        twin.claim_id,
        case
            when in_order.cut_rank = 3 then 'member_dates_and_charge'
            when in_order.same_account_number then 'account_number'
            when in_order.cut_rank = 1 then 'account_number_normalised'
            else 'account_number_cut'
        end || if(in_order.same_charge, '', '_part_of_charge')
        || if(in_order.twin_count > 1, '_in_order', '') as claim_match_rule,
    from in_order
    join takebacks.claim_twin as twin on twin.twin_number = in_order.twin_number
    qualify row_number() over (
        partition by in_order.claim_payment_number
        order by
            (
                in_order.answered_frequency_code in ('7', '8')
                and twin.claim_frequency_code = in_order.answered_frequency_code
            ) desc nulls last,
            coalesce(twin.submitted_on > in_order.payment_date, false),
            abs(least(in_order.payment_ordinal, in_order.twin_count) - twin.twin_ordinal),
            twin.twin_ordinal
    ) = 1
)

select * from choice
