-- grain: one row: what the remittances of the newest delivery hold, and those of the months that the pages show
with newest as (
    select sha256
    from delivery
    where run_id = (select max(run_id) from delivery) and status <> 'duplicate'
    group by all
),

held as (
    select adjustment.remittance_id, sum(abs(suspense.amount)) as suspense
    from suspense
    join provider_adjustment as adjustment using (provider_adjustment_id)
    group by all
),

scope as (
    select 'newest' as scope, remittance.*
    from remittance
    join newest using (sha256)
    union all
    select 'shown' as scope, remittance.*
    from remittance
    cross join window_start
    where remittance.payment_date >= window_start.first_day or remittance.payment_date is null
    union all
    select 'ever' as scope, remittance.*
    from remittance
)

select
    scope.scope,
    count(*) as checks,
    count(distinct scope.payer_id) as payers,
    min(scope.payment_date) as first_day,
    max(scope.payment_date) as last_day,
    coalesce(sum(scope.payment_amount), 0) as paid,
    coalesce(sum(taking.taken), 0) as taken,
    coalesce(sum(taking.matched), 0) as matched,
    coalesce(sum(taking.at_once), 0) as lowered,
    coalesce(sum(held.suspense), 0) as suspense,
from scope
left join taking using (remittance_id)
left join held using (remittance_id)
group by all
order by scope.scope
