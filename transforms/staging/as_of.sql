-- grain: one row per lake, so just one: the latest payment date on file, up to which all days are counted
select max(payment_date) as payment_date
from staging.remittance
