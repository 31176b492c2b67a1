-- grain: one row per provider adjustment and claim family that its reference may name, with all that speaks for it
-- strength: sum over the independent kinds of numbers that lead to this family, of each the strongest
-- reversed_amount: what reversals and corrections had lowered the family's payment by, up to this remittance
-- layout: where in the reference its strongest number stands
-- lowered_here_amount: the part of it in this very remittance
--
-- What is first paid in a remittance is not what is collected there: the number is that of an older claim, for some
-- payers use their numbers again.
with evidence as (
    from matching.by_payer_claim_control_number
    union all by name
    from matching.by_original_reference_number
    union all by name
    from matching.by_patient_control_number
    union all by name
    from matching.by_affiliates_claim_number
    union all by name
    from matching.by_numbers_run_together
    union all by name
    from matching.by_number_without_version
    union all by name
    from matching.by_number_without_letters
    union all by name
    from matching.by_beginning_of_a_number
    union all by name
    from matching.by_member_number
),

number_kind(rule, number_kind) as (
    values
        ('payer_claim_control_number', 'claim'),
        ('original_reference_number', 'claim'),
        ('affiliates_claim_control_number', 'claim'),
        ('numbers_run_together', 'claim'),
        ('number_without_version', 'claim'),
        ('number_without_letters', 'claim'),
        ('patient_control_number', 'account'),
        ('patient_control_number_and_service_date', 'account'),
        ('beginning_of_a_number', 'claim'),
        ('member_number', 'member'),
),

by_kind as (
    select
        provider_adjustment_id,
        claim_family_id,
        number_kind,
        max(strength) as strength,
        arg_max(claim_payment_number, (strength, claim_payment_number)) as claim_payment_number,
        arg_max(rule, (strength, rule)) as rule,
        arg_max(coalesce(layout, replace(rule, '_', ' ')), (strength, rule)) as layout,
        string_agg(evidence, '; ' order by strength desc, evidence) as evidence,
    from evidence
    join number_kind using (rule)
    group by provider_adjustment_id, claim_family_id, number_kind
),

gathered as (
    select
        provider_adjustment_id,
        claim_family_id,
        sum(strength) as strength,
        bool_or(number_kind = 'claim' and strength >= 3) as has_claim_number,
        bool_or(number_kind = 'account') as has_account_number,
        arg_max(claim_payment_number, (strength, claim_payment_number)) as claim_payment_number,
        arg_max(rule, (strength, rule)) as rule,
        arg_max(layout, (strength, rule)) as layout,
        string_agg(evidence, '; ' order by strength desc, evidence) as evidence,
    from by_kind
    group by all
),

changed as (
    select
        gathered.provider_adjustment_id,
        gathered.claim_family_id,
        -sum(difference.amount) as reversed_amount,
        -sum(difference.amount) filter (where difference.remittance_number = adjustment.remittance_number)
            as lowered_here_amount,
        arg_max(difference.undone_claim_payment_id, difference.remittance_number) as undone_claim_payment_id,
    from gathered
    join staging.provider_adjustment as adjustment using (provider_adjustment_id)
    join takebacks.difference as difference
        on difference.claim_family_id = gathered.claim_family_id
        and difference.remittance_number <= adjustment.remittance_number
    group by all
),

paid as (
    select
        claim_family_id,
        max(paid_amount) filter (where role <> 'reversal') as paid_amount,
        min(remittance_number) as first_remittance_number,
    from takebacks.claim_payment
    group by all
    having count(*) filter (where role <> 'reversal') > 0
),

candidate as (
    select
        gathered.*,
        paid.paid_amount,
        money(changed.reversed_amount) as reversed_amount,
        money(changed.lowered_here_amount) as lowered_here_amount,
        coalesce(changed.undone_claim_payment_id, payment.claim_payment_id) as claim_payment_id,
    from gathered
    join staging.claim_payment as payment using (claim_payment_number)
    join staging.provider_adjustment as adjustment using (provider_adjustment_id)
    join paid using (claim_family_id)
    left join changed using (provider_adjustment_id, claim_family_id)
    where
        adjustment.amount < 0
        or paid.first_remittance_number < adjustment.remittance_number
        or changed.lowered_here_amount is not null
        or adjustment.relation_number <> payment.relation_number
)

select * from candidate
