-- grain: one row per provider adjustment and claim family that its own reference proves
--
-- Strict: the strongest candidate must stand alone; the layout that this payer is known to use (reference_layout) adds
-- to what it names. A claim number in the reference is proof. An account number is proof where one family has it that
-- was paid as much (a tenth of interest allowed), or where one family of several was lowered in this remittance by what
-- a delay gives back; who shares only the member is no rival of an account. A reference that also holds the account
-- number of another claim, and not that of this one, contradicts itself. An account or a member has other claims: where
-- one of them was sent long before, and its payment is not on file, the takeback may be its.
-- What a letter of the number in it says comes before an account number, and what a person has decided before all.
with family_account as (
    select payment.claim_family_id, max(payment.account_key) as account_key
    from takebacks.claim_payment as payment
    semi join matching.candidate as candidate using (claim_family_id)
    group by all
),

-- Claims of the same account or member, sent a month before the takeback, whose payment is not on file.
rival as (
    select kind.provider_adjustment_id, bool_or(unpaid.is_account and length(token.token) >= 6) as has_account
    from takebacks.reference_token as token
    join matching.kind as kind using (provider_adjustment_id)
    join (
        select relation_number, account_key as token, true as is_account, submitted_on, total_charge_amount
        from takebacks.unpaid_claim
        union all
        select relation_number, member_key, false, submitted_on, total_charge_amount
        from takebacks.unpaid_claim
    ) as unpaid
        on unpaid.relation_number = token.relation_number and unpaid.token = token.token
    where
        token.size >= 4
        and unpaid.submitted_on + 30 <= kind.payment_date
        and unpaid.total_charge_amount >= abs(kind.amount)
    group by all
),

candidate as (
    select
        kind.provider_adjustment_id,
        kind.kind,
        kind.amount,
        candidate.* exclude (provider_adjustment_id),
        candidate.strength + case
            when kind.kind = 'deferral' and candidate.lowered_here_amount = -kind.amount then 3
            when kind.kind = 'deferral' and candidate.lowered_here_amount > 0 then 1
            else 0
        end + if(usual.layout is not null, 1, 0) as total,
        if(
            candidate.strength >= 2,
            count(*) filter (where candidate.strength >= 2) over (partition by kind.provider_adjustment_id),
            count(*) over (partition by kind.provider_adjustment_id)
        ) as candidates,
        (
            bool_or(candidate.has_account_number) over (partition by kind.provider_adjustment_id)
            or coalesce(rival.has_account, false)
        )
        and not candidate.has_account_number
        and family_account.account_key is not null as names_another_account,
        rival.provider_adjustment_id is not null as has_rival,
    from matching.kind as kind
    join matching.candidate as candidate using (provider_adjustment_id)
    join staging.remittance as remittance on remittance.remittance_id = kind.remittance_id
    left join matching.reference_layout as usual
        on usual.is_usual
        and usual.payer_key = remittance.payer_key
        and usual.adjustment_reason_code = kind.adjustment_reason_code
        and usual.layout = candidate.layout
        and usual.names = candidate.rule
    left join family_account using (claim_family_id)
    left join rival on rival.provider_adjustment_id = kind.provider_adjustment_id
    where kind.concerns_claims
),

best as (
    select *
    from candidate
    qualify
        total = max(total) over (partition by provider_adjustment_id)
        and count(*) over (partition by provider_adjustment_id, total) = 1
),

decided as (
    select
        provider_adjustment_id,
        claim_family_id,
        claim_payment_id,
        amount,
        rule,
        cast(case
            when has_claim_number and strength > 4 then 0.99
            when has_claim_number then 0.97
            when rule = 'patient_control_number_and_service_date' then 0.95
            when strength = 1 then 0.85
            when candidates > 1 then 0.9
            else 0.92
        end as decimal(3, 2)) as confidence,
        evidence || if(
            kind = 'deferral' and lowered_here_amount = -amount,
            '; amount = what this remittance lowered the claim by',
            ''
        ) as evidence,
    from best
    where
        not names_another_account
        and (
            has_claim_number
            or rule = 'patient_control_number_and_service_date'
            or (candidates = 1 and not has_rival and within_interest(abs(amount) - paid_amount, paid_amount))
            or (kind = 'deferral' and lowered_here_amount = -amount)
        )
),

told as (
    from decided
    anti join matching.decided_by_notice using (provider_adjustment_id)
    union all by name
    from matching.decided_by_notice
)

from told
anti join matching.decided_by_person using (provider_adjustment_id)
union all by name
from matching.decided_by_person
