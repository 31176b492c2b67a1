-- grain: one row per provider adjustment that concerns claims and is not, or not wholly, tied to them
--
-- The candidates are all that its reference may name, and the debts that it may collect: a person sees what was
-- weighed. Where there are none, the claims of a letter that asks back just this amount, else the claims that ever
-- had it, are shown: no proof, but where to look first. What a person has dismissed leaves the queue; mart
-- `decision` shows what became of it.
with family_start as (
    select claim_family_id, min(remittance_number) as remittance_number
    from takebacks.claim_payment
    group by all
),

listed as (
    select provider_adjustment_id, claim_family_id
    from matching.candidate
    union
    select by_notice.provider_adjustment_id, named.claim_family_id
    from matching.by_notice as by_notice
    join staging.notice as notice using (letter_key)
    join takebacks.named_claim as named
        on named.row_id = notice.notice_id and named.relation_number = by_notice.relation_number
    union
    select check_number.provider_adjustment_id, check_number.claim_family_id
    from matching.check_number as check_number
    join matching.kind as kind using (provider_adjustment_id)
    where check_number.paid_amount >= abs(kind.amount)
    union
    select undecided.provider_adjustment_id, debt.claim_family_id
    from matching.undecided as undecided
    join matching.debt_balance as debt
        on debt.relation_number = undecided.relation_number
        and debt.open_amount = undecided.size
        and debt.from_number < undecided.provider_adjustment_number
        and debt.until_number >= undecided.provider_adjustment_number
),

unnamed as (
    select kind.*, abs(kind.amount) as size
    from matching.kind as kind
    anti join matching.decision as decision using (provider_adjustment_id)
    anti join listed using (provider_adjustment_id)
    where kind.concerns_claims
),

letter_amount as (
    select relation_number, letter_key, min(letter_date) as letter_date, amount, claim_family_id
    from takebacks.letter_claim
    group by all
    union
    select relation_number, letter_key, min(letter_date), known_amount, claim_family_id
    from takebacks.letter_claim
    where is_whole
    group by all
),

-- A claim that a letter asks back just this amount for, alone or with the others of the letter.
asked as (
    select unnamed.provider_adjustment_id, letter.claim_family_id
    from unnamed
    join letter_amount as letter
        on letter.relation_number = unnamed.relation_number
        and letter.amount = unnamed.size
        and letter.letter_date <= unnamed.payment_date
    group by all
),

-- Claims that were paid, or lowered by, just this amount; what more than a dozen had tells nothing.
had as (
    select unnamed.provider_adjustment_id, had.claim_family_id
    from unnamed
    anti join asked using (provider_adjustment_id)
    join takebacks.amount_had as had
        on had.relation_number = unnamed.relation_number and had.amount = unnamed.size
    join family_start
        on family_start.claim_family_id = had.claim_family_id
        and family_start.remittance_number < unnamed.remittance_number
    group by unnamed.provider_adjustment_id, had.claim_family_id
    qualify count(*) over (partition by unnamed.provider_adjustment_id) <= 12
),

candidates as (
    select
        provider_adjustment_id,
        list(claim_family_id order by claim_family_id) as families,
        bool_or(by_amount) as by_amount,
    from (
        select *, false as by_amount from listed
        union all
        select *, true from asked
        union all
        select *, true from had
    )
    group by all
),

suspense as (
    select
        balance.provider_adjustment_id,
        balance.remittance_id,
        balance.unmatched_amount as amount,
        case
            when not balance.is_in_balance then 'remittance_out_of_balance'
            when balance.matched_amount <> 0 then 'more_than_the_known_debt'
            when candidates.by_amount then 'same_amount'
            when len(coalesce(candidates.families, [])) > 1 then 'ambiguous'
            when len(coalesce(candidates.families, [])) = 1 then 'not_proven'
            when balance.reference_key is null then 'no_reference'
            else 'no_candidate'
        end as reason,
        coalesce(candidates.families, []) as candidates,
        datediff('day', balance.payment_date, as_of.payment_date) as age_days,
    from matching.balance as balance
    cross join staging.as_of as as_of
    left join candidates using (provider_adjustment_id)
    anti join matching.dismissed as dismissed using (provider_adjustment_id)
    where balance.concerns_claims and balance.unmatched_amount <> 0
)

select * from suspense
