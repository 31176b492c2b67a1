-- grain: one row per generation, closed month, payer and measure whose reported amount the next generation changed
-- order: reported_generation, month, payer_id, measure
-- reported_generation: generation that had reported the month before
-- run_id: run that changed it
-- month: first day of a month that was closed: a later one had been reported already
-- payer_id: payer
-- measure: as in monthly_total
-- before_amount: as it was reported
-- after_amount: as it is now
-- difference_amount: after less before
-- cause: late_remittance (a new file holds a remittance of that month and payer), newer_remittance (of that payer, of
--     another month), other_file (a new file, such as claims), no_new_file (other rules, or an older generation served)
-- file_count: files that came since and are that cause
-- because_of: SHA-256 of up to ten of them
with closed as (
    select max(month) as first_open_month
    from past.monthly_total
),

changed as (
    select
        coalesce(before.month, after.month) as month,
        coalesce(before.payer_id, after.payer_id) as payer_id,
        coalesce(before.measure, after.measure) as measure,
        money(before.amount) as before_amount,
        money(after.amount) as after_amount,
        money(money(after.amount) - money(before.amount)) as difference_amount,
    from past.monthly_total as before
    full join history.monthly_total as after
        on after.month = before.month
        and after.measure = before.measure
        and after.payer_id is not distinct from before.payer_id
    where coalesce(before.month, after.month) < (select first_open_month from closed)
        and money(after.amount) <> money(before.amount)
),

new_file as (
    select sha256
    from marts.delivery
    anti join past.delivery using (sha256)
    group by all
),

new_remittance as (
    select
        new_file.sha256,
        remittance.payer_id,
        cast(date_trunc('month', remittance.payment_date) as date) as month,
    from marts.remittance as remittance
    join new_file using (sha256)
),

cause as (
    select changed.month, changed.payer_id, changed.measure, 1 as place, 'late_remittance' as cause, new.sha256
    from changed
    join new_remittance as new on new.month = changed.month and new.payer_id is not distinct from changed.payer_id
    union all
    select changed.month, changed.payer_id, changed.measure, 2, 'newer_remittance', new.sha256
    from changed
    join new_remittance as new on new.payer_id is not distinct from changed.payer_id
    union all
    select changed.month, changed.payer_id, changed.measure, 3, 'other_file', new_file.sha256
    from changed
    cross join new_file
),

-- The nearest cause counts, and only the files that are it.
nearest as (
    select month, payer_id, measure, cause, sha256
    from cause
    group by month, payer_id, measure, cause, sha256, place
    qualify rank() over (partition by month, payer_id, measure order by place) = 1
),

because as (
    select month, payer_id, measure, cause, count(*) as file_count, list(sha256 order by sha256)[:10] as because_of
    from nearest
    group by all
),

restated as (
    select
        (select max(name) from past.generation) as reported_generation,
        (select max(run_id) from past.run) as run_id,
        changed.*,
        coalesce(because.cause, 'no_new_file') as cause,
        coalesce(because.file_count, 0) as file_count,
        coalesce(because.because_of, []) as because_of,
    from changed
    left join because
        on because.month = changed.month
        and because.measure = changed.measure
        and because.payer_id is not distinct from changed.payer_id
),

restatement as (
    from past.restatement
    union all by name
    from restated
)

select * from restatement
