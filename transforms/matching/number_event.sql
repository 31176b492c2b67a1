-- grain: one row per adjustment under a number that debts were opened under: delays, and what may collect them
-- step: its place among the adjustments under this number, oldest first
-- is_opaque: the number, or a part of it, names nothing on file: it can only be the receivable's own
-- pays_up: the collections under it come to the sum of the debts, to the cent
-- coming: what this collection makes alone, with the next one under the number, with the next two, and so on to a dozen
--
-- A number over more than a hundred adjustments is no receivable's number.
with named as (
    select provider_adjustment_id, max(strength) as strength
    from matching.candidate
    group by all
),

-- The number of a check that paid. A payer that delays under the number of the delaying check itself means the debt.
check_number as (
    select
        remittance.relation_number,
        normalised(remittance.trace_number) as reference_key,
        min(remittance.remittance_number) as remittance_number,
    from staging.remittance as remittance
    anti join matching.receivable as receivable
        on receivable.remittance_number = remittance.remittance_number
        and receivable.reference_key = normalised(remittance.trace_number)
    group by all
),

stranger as (
    select token.provider_adjustment_id
    from takebacks.reference_token as token
    join staging.provider_adjustment as adjustment using (provider_adjustment_id)
    anti join staging.claim_payment as payment
        on payment.relation_number = token.relation_number and payment.member_key = token.token
    where
        token.layout <> 'whole'
        and list_contains(
            regexp_split_to_array(upper(trim(adjustment.reference_id)), '[^A-Z0-9]+'), token.whole_token
        )
        and length(token.token) >= 6
        and regexp_matches(token.token, '[0-9]')
    group by all
),

opening as (
    select relation_number, reference_key, provider_adjustment_id, provider_adjustment_number
    from matching.receivable
    where reference_key is not null
    group by all
),

collection as (
    select
        kind.relation_number,
        kind.reference_key,
        kind.provider_adjustment_id,
        kind.provider_adjustment_number,
        abs(kind.amount) as size,
        sign(kind.amount) as direction,
        (named.strength is null or (named.strength <= 2 and stranger.provider_adjustment_id is not null))
        and coalesce(check_number.remittance_number >= kind.remittance_number, true) as is_opaque,
    from matching.kind as kind
    left join named using (provider_adjustment_id)
    left join stranger using (provider_adjustment_id)
    left join check_number
        on check_number.relation_number = kind.relation_number and check_number.reference_key = kind.reference_key
    semi join opening
        on opening.relation_number = kind.relation_number and opening.reference_key = kind.reference_key
    anti join matching.decided_by_reference as decided using (provider_adjustment_id)
    where kind.kind in ('recoupment', 'refund')
),

-- Sums of this collection and those that follow it.
run as (
    select
        provider_adjustment_id,
        list_transform(
            range(1, len(sizes) + 1), lambda place: cast(list_sum(sizes[1:place]) as decimal(18, 2))
        ) as coming,
    from (
        select
            provider_adjustment_id,
            list(size) over (
                partition by relation_number, reference_key order by provider_adjustment_number
                rows between current row and 11 following
            ) as sizes,
        from collection
    )
),

paid_up as (
    select relation_number, reference_key
    from (
        select
            relation_number,
            reference_key,
            sum(size) over (
                partition by relation_number, reference_key order by provider_adjustment_number
            ) as to_amount,
        from collection
    )
    join (
        select relation_number, reference_key, sum(amount) as amount
        from matching.receivable
        group by all
    ) as debt using (relation_number, reference_key)
    where to_amount = debt.amount
    group by all
),

number_event as (
    select
        event.*,
        run.coming,
        paid_up.reference_key is not null as pays_up,
        row_number() over one_number as step,
    from (
        from collection
        union all by name
        from opening
    ) as event
    left join run using (provider_adjustment_id)
    left join paid_up using (relation_number, reference_key)
    window one_number as (partition by relation_number, reference_key order by provider_adjustment_number)
    qualify
        count(size) over (partition by relation_number, reference_key) > 0
        and count(*) over (partition by relation_number, reference_key) <= 100
)

select * from number_event
