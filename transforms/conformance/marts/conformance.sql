-- grain: one row per place of a judged transaction set that is not as its guide has it, or could not be judged
-- order: sha256, byte_start, segment_number, element_position, code
-- transaction_id: hash of the content, the same in every copy; remittance.remittance_id or claim.transaction_id
-- sha256: file that holds the transaction set
-- byte_start: first byte of its ST in the delivered file
-- segment_number: position of the segment, ST being 1; 0 is the whole transaction set
-- loop: loop of the guide, such as 2100
-- segment_id: id of the segment, empty where the guide knows none of that id
-- element_position: number of the element, 0 is the whole segment
-- code: IK304-n, IK403-n or IK502-n as in a 999, or a word for what is no defect
-- severity: error, warning, note, or not_evaluable
-- message: what was found, without any value
with conformance as (
    select
        transaction.transaction_id,
        transaction.sha256,
        transaction.byte_start,
        found.segment_number,
        found.loop,
        found.segment_id,
        found.element_position,
        found.code,
        found.severity,
        found.message,
    from lake.conformance as found
    join lake.transaction as transaction using (transaction_key)
)

select * from conformance
