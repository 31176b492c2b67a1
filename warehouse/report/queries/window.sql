-- grain: one row per remittance, with whether the pages show it
--
-- The pages show the last months in which payments were made; the rest is in the published file. What is still open is
-- shown however old it is.
create table window_start as
select
    if(
        getvariable('months') = 0, date '0001-01-01',
        cast(date_trunc('month', max(payment_date)) - to_months(getvariable('months') - 1) as date)
    ) as first_day,
from remittance;

create table shown_remittance as
with open_part as (
    select adjustment.remittance_id
    from suspense
    join provider_adjustment as adjustment using (provider_adjustment_id)
    union
    select remittance_id from finding where remittance_id is not null
)

select remittance.*, delivery.file_name
from remittance
cross join window_start
left join (
    select sha256, min(file_name) as file_name from delivery where status <> 'duplicate' group by all
) as delivery using (sha256)
where
    remittance.payment_date >= window_start.first_day
    or remittance.payment_date is null
    or remittance.remittance_id in (from open_part);

-- What each check took back: by recoupment, and at once by claims that were lowered. What a check lowers and puts off in
-- one (a deferral) is taken later, by a recoupment.
create table taking as
with at_once as (
    select remittance_id, -sum(amount) as at_once
    from remittance_step
    where step_kind in ('claim_lowered', 'deferral')
    group by all
),

recouped as (
    select remittance_id, count(*) as takebacks, sum(amount) as taken, sum(matched_amount) as matched
    from provider_adjustment
    where kind = 'recoupment' and amount > 0
    group by all
)

select
    remittance_id,
    coalesce(at_once.at_once, 0) as at_once,
    coalesce(recouped.takebacks, 0) as takebacks,
    coalesce(recouped.taken, 0) as taken,
    coalesce(recouped.matched, 0) as matched,
from at_once
full join recouped using (remittance_id);

-- The months of the trends. A file without patients has years, which stand as their first month.
create table shown_month as
with month as (
    select cast(date_trunc('month', payment_date) as date) as month from remittance
    union
    select month from takeback_trend
    union
    select month from denial_trend
)

select month.month
from month
cross join window_start
where month.month >= window_start.first_day;

create table shown_family as
select claim_family_id
from claim_payment
where remittance_id in (select remittance_id from shown_remittance)
union
select takeback_match.claim_family_id
from takeback_match
join provider_adjustment using (provider_adjustment_id)
where provider_adjustment.remittance_id in (select remittance_id from shown_remittance)
union
select claim_family_id from overpayment where outstanding_amount <> 0
union
select claim_family_id from finding where claim_family_id is not null
union
select part.claim_family_id
from forward_balance_part as part
join provider_adjustment using (provider_adjustment_id)
where
    part.claim_family_id is not null
    and provider_adjustment.remittance_id in (select remittance_id from shown_remittance)
union
select unnest(candidates) from suspense;

-- How a person calls a family: the numbers of its newest payment.
create table family_label as
select
    payment.claim_family_id,
    arg_max(coalesce(payment.patient_control_number, ''), (remittance.payment_date, payment.claim_ordinal)) as account,
    arg_max(
        coalesce(payment.payer_claim_control_number, ''), (remittance.payment_date, payment.claim_ordinal)
    ) as number,
    arg_max(
        coalesce(remittance.payer_name, remittance.payer_id, ''), (remittance.payment_date, payment.claim_ordinal)
    ) as payer,
    sum(payment.paid_amount) as paid,
from claim_payment as payment
join remittance using (remittance_id)
semi join shown_family using (claim_family_id)
group by all;

-- Large homes are told slice by slice, so that memory does not grow with them.
create view slice_remittance as
select *
from shown_remittance
where hash(remittance_id) % getvariable('slices') = getvariable('slice');

create view slice_family as
select *
from shown_family
where hash(claim_family_id) % getvariable('slices') = getvariable('slice');
