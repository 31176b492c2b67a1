-- grain: one row per status of the files of the newest delivery, and of all
with newest as (
    select max(run_id) as run_id
    from delivery
)

select
    delivery.status,
    count(*) filter (where delivery.run_id = newest.run_id) as newest,
    count(*) as total,
from delivery
cross join newest
group by all
order by total desc, delivery.status
