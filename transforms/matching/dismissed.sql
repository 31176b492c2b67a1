-- grain: one row per provider adjustment for which a person has said that no claim is to be looked for
select provider_adjustment_id
from matching.person
where action = 'dismiss' and outcome = 'applied'
group by all
