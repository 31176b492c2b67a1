-- grain: one row per collection or refund that neither its reference nor a known receivable number has settled
select
    kind.*,
    abs(kind.amount) as size,
    exists (
        from matching.candidate as candidate where candidate.provider_adjustment_id = kind.provider_adjustment_id
    ) as has_candidates,
from matching.kind as kind
anti join matching.decided_by_reference as by_reference using (provider_adjustment_id)
anti join matching.decided_by_receivable_number as by_number using (provider_adjustment_id)
where kind.kind in ('recoupment', 'refund')
