-- grain: one row per provider adjustment and letter whose number stands in its reference
--
-- A letter that came after the payment is not what it was taken for; what is delayed may be asked for later.
with letter as (
    select notice.letter_key, related.relation_number, min(notice.letter_date) as letter_date
    from staging.notice as notice
    join (
        select row_id, relation_number from takebacks.named_relation
        union
        select row_id, relation_number from takebacks.named_claim
    ) as related on related.row_id = notice.notice_id
    where regexp_matches(notice.letter_number, '[0-9]')
    group by all
),

by_notice as (
    select
        token.provider_adjustment_id,
        letter.letter_key,
        letter.relation_number,
        arg_min(token.layout, if(token.layout = 'whole', '', token.layout)) as layout,
    from takebacks.reference_token as token
    join staging.provider_adjustment as adjustment using (provider_adjustment_id)
    join letter
        on letter.relation_number = adjustment.relation_number
        and letter.letter_key = token.token
        and (letter.letter_date <= adjustment.payment_date or adjustment.amount < 0)
    where token.layout = 'whole' or token.size >= 6
    group by all
)

select * from by_notice
