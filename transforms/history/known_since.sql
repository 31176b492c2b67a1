-- grain: one row per transaction set that landed (835 or 837), with the run that first knew it
-- order: transaction_id
-- transaction_id: hash of its content; the id of every fact that comes from it begins with these 32 digits
-- first_run_id: run that took in the first file that holds it
-- known_on: day (UTC) on which that run began; null where the run log does not reach back so far
--
-- A fact made of several transactions, such as a match, was known when the last of them was; what was made of the facts
-- at the time is told by `takeback as-of`. Only the log of deliveries counts here, not which rules were in force, so a
-- home that is rebuilt from raw files knows the same.
with known_since as (
    select transaction.transaction_id, min(delivery.run_id) as first_run_id
    from lake.transaction as transaction
    join lake.delivery as delivery using (sha256)
    where transaction.status = 'landed'
    group by all
)

select known_since.*, run.began_on as known_on
from known_since
left join past.run as run on run.run_id = known_since.first_run_id
