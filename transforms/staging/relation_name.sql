-- grain: one row per relation, side and word that its remittances use for that side
-- side: payer or payee
-- name_key: id, tax id, NPI or name in normal form
--
-- People who write letters down name a payer as they know it: by any of the words that its remittances use.
with word as (
    select
        relation_number,
        'payer' as side,
        unnest([payer_key, normalised(payer_id), normalised(payer_name)]) as name_key,
    from staging.remittance
    union all
    select
        relation_number,
        'payee',
        unnest([payee_key, normalised(enterprise_tin), normalised(payee_npi), normalised(payee_name)]),
    from staging.remittance
)

select *
from word
where name_key is not null
group by all
