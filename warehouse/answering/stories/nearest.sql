-- grain: one row per number on file that is much like one that is not
with number as (
    select trace_number as number, 'check' as what from main.remittance
    union select patient_control_number, 'account' from main.claim_payment
    union select payer_claim_control_number, 'claim number' from main.claim_payment
    union select patient_control_number, 'account' from main.claim
    union select reference_id, 'PLB reference' from main.provider_adjustment
),
distant as (
    select number, what, damerau_levenshtein(key_of(number), key_of($1)) as distance
    from number where key_of(number) is not null
)
select number, string_agg(what, ' and ' order by what) as what from distant
where distance <= greatest(2, strlen(key_of($1)) // 3)
group by number, distance order by distance, number limit $2
