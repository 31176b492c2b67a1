-- grain: one row per provider adjustment and claim family whose claim or account number was cut in the reference
--
-- Fields of a payer's system end: what does not fit is cut off. Ten letters and digits that no number on file equals,
-- and with which the numbers of one family begin and no other's, are that number cut. It counts as an account number
-- does: a hint that needs support. The longest beginning counts; shorter ones are cuts of it. What ends one to three
-- characters before an unbroken part of the reference does was cut by us, not by the payer.
with unknown as (
    select
        token.provider_adjustment_id,
        token.relation_number,
        token.remittance_number,
        token.token,
        token.layout,
        left(token.token, 10) as beginning,
    from takebacks.reference_token as token
    anti join takebacks.identifier as identifier using (relation_number, token)
    where
        length(token.token) >= 10
        and not contains(token.layout, 'without its last')
        and not contains(token.layout, 'before letters')
        and not exists (
            from takebacks.reference_word as word
            where
                word.provider_adjustment_id = token.provider_adjustment_id
                and word.kind = 'part'
                and starts_with(normalised(word.token), token.token)
                and length(normalised(word.token)) - length(token.token) between 1 and 3
        )
),

beginning_length as (
    select relation_number, beginning, length(token) as size
    from unknown
    group by all
),

beginning_of as (
    select
        identifier.relation_number,
        left(identifier.token, beginning_length.size) as token,
        identifier.claim_family_id,
        min(identifier.first_remittance_number) as first_remittance_number,
        max(identifier.claim_payment_number) as claim_payment_number,
    from takebacks.identifier as identifier
    join beginning_length
        on beginning_length.relation_number = identifier.relation_number
        and beginning_length.beginning = left(identifier.token, 10)
    where length(identifier.token) > beginning_length.size
    group by all
),

by_beginning_of_a_number as (
    select
        unknown.provider_adjustment_id,
        beginning_of.claim_family_id,
        max(beginning_of.claim_payment_number) as claim_payment_number,
        'beginning_of_a_number' as rule,
        2 as strength,
        'reference (' || min(unknown.layout) || ') = first ' || max(length(unknown.token))
        || ' characters of a claim or account number' as evidence,
    from unknown
    join beginning_of using (relation_number, token)
    where beginning_of.first_remittance_number <= unknown.remittance_number
    group by unknown.provider_adjustment_id, beginning_of.claim_family_id
    qualify max(length(unknown.token)) = max(max(length(unknown.token))) over (
        partition by unknown.provider_adjustment_id
    )
)

select * from by_beginning_of_a_number
