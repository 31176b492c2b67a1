-- grain: one row per provider adjustment and claim family that a person has said do not belong together
-- claim_family_id: null where the adjustment belongs to no claim that rules could find
select provider_adjustment_id, claim_family_id
from matching.person
where action = 'unlink' and outcome = 'applied'
group by all
