-- grain: one row per provider adjustment and claim family whose control number stands in the reference without the
--     letters in front of it
--
-- Some payers' control numbers begin with letters that tell the system or the plan, and their references leave them
-- out. Only where at least half of this payer's numbers, and no fewer than five, begin with the same letters: else the
-- letters tell claims apart.
with lettered as (
    select
        relation_number,
        token,
        regexp_extract(token, '^[A-Z]+') as letters,
        claim_family_id,
        min(first_remittance_number) as first_remittance_number,
        max(claim_payment_number) as claim_payment_number,
    from takebacks.identifier
    where kind = 'payer_claim_control_number'
    group by all
),

usual_letters as (
    select relation_number, letters
    from lettered
    group by relation_number, letters
    qualify count(*) >= 5 and count(*) * 2 >= sum(count(*)) over (partition by relation_number)
),

without_letters as (
    select
        lettered.* exclude (token),
        substr(lettered.token, length(lettered.letters) + 1) as whole_token,
        ltrim(whole_token, '0') as token,
    from lettered
    join usual_letters using (relation_number, letters)
    where letters <> '' and length(lettered.token) >= length(letters) + 7
),

by_number_without_letters as (
    select
        token.provider_adjustment_id,
        without_letters.claim_family_id,
        max(without_letters.claim_payment_number) as claim_payment_number,
        'number_without_letters' as rule,
        3 as strength,
        arg_min(token.layout, if(token.layout = 'whole', '', token.layout)) as layout,
        'reference (' || min(token.layout) || ') = payer claim control number without its letters' as evidence,
    from takebacks.reference_token as token
    join without_letters
        on without_letters.relation_number = token.relation_number
        and without_letters.token = token.token
        and without_letters.first_remittance_number <= token.remittance_number
    where length(token.token) >= 7 or token.whole_token = without_letters.whole_token
    group by token.provider_adjustment_id, without_letters.claim_family_id
)

select * from by_number_without_letters
