-- grain: one row per reason for which bytes were set aside
select
    quarantine.reason_code,
    min(quarantine.reason) as reason,
    count(*) as spans,
    sum(quarantine.byte_end - quarantine.byte_start) as bytes,
    sum(quarantine.payment_amount) as amount,
from quarantine
group by all
order by spans desc, quarantine.reason_code
