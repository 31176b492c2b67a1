-- grain: one row per relation and origin remittance of a forward balance, with the first origin of its chain
--
-- A remittance that takes an old balance in and sends a new one out carries the old one on: both belong to one chain.
with recursive origin as (
    select relation_number, remittance_number, is_out, origin_remittance_number
    from ledger.forward_origin
    where origin_remittance_number is not null
    group by all
),

edge as (
    select came.origin_remittance_number as near, went.origin_remittance_number as far
    from origin as came
    join origin as went
        on went.relation_number = came.relation_number and went.remittance_number = came.remittance_number
    where not came.is_out and went.is_out and came.origin_remittance_number <> went.origin_remittance_number
),

thread as (
    select near, far from edge
    union
    select far, near from edge
),

reached as (
    select origin_remittance_number as node, origin_remittance_number as first_number from origin
    union
    select thread.far, reached.first_number
    from reached
    join thread on thread.near = reached.node
    where reached.first_number < thread.far
)

select node as origin_remittance_number, min(first_number) as first_remittance_number
from reached
group by all
