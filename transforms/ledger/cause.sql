-- grain: one row per reversal that lowered a claim's payment, with the reason as the payer's codes give it
--
-- An alert on the reversal (N687 to N698 and kin) says it outright; next the remark codes of the correction; else the
-- adjustment that grew most from the payment undone to the correction: the reversal's own only repeat the old ones.
-- Where nothing replaces the payment, the provider's own void says it: an 837 of frequency 8 with the payer's number of
-- the claim, or the frequency that the reversal repeats (CLP09).
with lowering as (
    select *
    from ledger.cycle
    where change_amount < 0
),

remark as (
    select reversal_claim_payment_id, 1 as place, unnest(reversal_remark_codes) as code from lowering
    union all
    select lowering.reversal_claim_payment_id, 2, unnest(correction.remark_codes)
    from lowering
    join staging.claim_payment as correction
        on correction.claim_payment_id = lowering.correction_claim_payment_id
),

by_remark as (
    select
        remark.reversal_claim_payment_id,
        remark.place,
        rarc.overpayment_cause_or_marker as cause,
        remark.code as because_of,
    from remark
    join codes.rarc_takeback as rarc using (code)
    where not (
        rarc.overpayment_cause_or_marker like '%_marker'
        or rarc.overpayment_cause_or_marker in ('section_935', 'contract', 'resubmission_hint', 'cob')
    )
    qualify row_number() over (
        partition by remark.reversal_claim_payment_id, remark.place order by remark.code
    ) = 1
),

part as (
    select lowering.reversal_claim_payment_id, adjustment.group_code, adjustment.reason_code, adjustment.amount
    from lowering
    join staging.adjustment as adjustment on adjustment.claim_payment_id = lowering.correction_claim_payment_id
    union all
    select lowering.reversal_claim_payment_id, adjustment.group_code, adjustment.reason_code, -adjustment.amount
    from lowering
    join staging.adjustment as adjustment on adjustment.claim_payment_id = lowering.reverses_claim_payment_id
    where lowering.correction_claim_payment_id is not null
),

grown as (
    select reversal_claim_payment_id, group_code, reason_code, sum(amount) as amount
    from part
    group by all
    having sum(amount) > 0
),

by_adjustment as (
    select
        grown.reversal_claim_payment_id,
        3 as place,
        carc.overpayment_cause as cause,
        grown.group_code || '-' || grown.reason_code as because_of,
    from grown
    join codes.carc as carc on carc.code = grown.reason_code
    where carc.overpayment_cause <> 'none'
    qualify row_number() over (
        partition by grown.reversal_claim_payment_id
        order by grown.amount desc, grown.group_code, grown.reason_code
    ) = 1
),

void as (
    select claim.original_control_key, claim.account_key, claim.member_key, enterprise.enterprise_number
    from staging.claim as claim
    join takebacks.enterprise as enterprise on enterprise.party_key = claim.billing_key
    where claim.claim_frequency_code = '8' and claim.original_control_key is not null
),

by_void as (
    select
        lowering.reversal_claim_payment_id,
        2 as place,
        'provider_void' as cause,
        'frequency 8' as because_of,
    from lowering
    join staging.claim_payment as reversal on reversal.claim_payment_id = lowering.reversal_claim_payment_id
    left join staging.claim_payment as undone on undone.claim_payment_id = lowering.reverses_claim_payment_id
    join takebacks.relation as relation on relation.relation_number = reversal.relation_number
    left join void
        on void.enterprise_number = relation.enterprise_number
        and void.original_control_key in (reversal.control_key, undone.control_key)
        and (
            void.account_key = coalesce(undone.account_key, reversal.account_key)
            or void.member_key = coalesce(undone.member_key, reversal.member_key)
        )
    where
        lowering.correction_claim_payment_id is null
        and (reversal.claim_frequency_code = '8' or void.original_control_key is not null)
    group by all
),

cause as (
    from by_remark
    union all by name
    from by_void
    union all by name
    from by_adjustment
)

select *
from cause
qualify row_number() over (partition by reversal_claim_payment_id order by place) = 1
