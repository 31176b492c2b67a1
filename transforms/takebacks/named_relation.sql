-- grain: one row per notice, refund or dispute whose payer and payee are one relation on file
-- scope: whole
-- row_id: the row of the sheet
select row_id, min(relation_number) as relation_number
from takebacks.possible_relation
group by row_id
having count(*) = 1
