-- grain: one row per provider adjustment and claim family that a part of it belongs to
--
-- The one place that decides. Each step leaves to the next only what it did not prove: the reference, the place, the
-- number of a known debt, the debts themselves, and last the company that an adjustment keeps.
from matching.decided_by_reference
union all by name
from matching.decided_by_place
union all by name
from matching.decided_by_receivable_number
union all by name
from matching.decided_by_debt
union all by name
from matching.decided_by_company
