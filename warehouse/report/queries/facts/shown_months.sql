-- grain: one row per month that the trends show, in order
select month
from shown_month
order by month
