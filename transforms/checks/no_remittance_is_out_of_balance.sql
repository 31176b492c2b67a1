-- severity: warn
-- says: payments differ from claim payments less provider adjustments; they are kept out of automatic matching
select remittance_id, imbalance_amount
from marts.remittance
where imbalance_amount <> 0
