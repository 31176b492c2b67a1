-- grain: one row per provider adjustment and claim family that its own reference proves
--
-- Strict: the strongest candidate must stand alone. A claim number in the reference is proof. An account number is
-- proof where one family has it that was paid as much (a tenth of interest allowed), or where one family of several
-- was lowered in this remittance by what a delay gives back.
with candidate as (
    select
        kind.provider_adjustment_id,
        kind.kind,
        kind.amount,
        candidate.* exclude (provider_adjustment_id),
        candidate.strength + case
            when kind.kind = 'deferral' and candidate.lowered_here_amount = -kind.amount then 3
            when kind.kind = 'deferral' and candidate.lowered_here_amount > 0 then 1
            else 0
        end as total,
        count(*) over (partition by kind.provider_adjustment_id) as candidates,
    from matching.kind as kind
    join matching.candidate as candidate using (provider_adjustment_id)
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
        has_claim_number
        or rule = 'patient_control_number_and_service_date'
        or (candidates = 1 and within_interest(abs(amount) - paid_amount, paid_amount))
        or (kind = 'deferral' and lowered_here_amount = -amount)
)

select * from decided
