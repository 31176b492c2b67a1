-- grain: one row per remittance and number that an earlier remittance with other content had used
--
-- A trace number (TRN02) names one payment of a payer, ISA13 one interchange of a sender to a receiver, ST02 one
-- transaction set of a functional group. All are kept, and a person is told. What is sent again with the same content
-- uses nothing twice, alone or in a file with others: an interchange counts as the earlier one where they share any
-- remittance.
with appearance as (
    select
        remittance.remittance_id,
        remittance.remittance_number,
        transaction.interchange_sender_id,
        transaction.interchange_receiver_id,
        transaction.interchange_control_number,
        transaction.control_number,
        transaction.sha256,
        transaction.interchange_ordinal,
        transaction.group_ordinal,
        min(remittance.remittance_number) over (
            partition by transaction.sha256, transaction.interchange_ordinal
        ) as first_in_interchange,
        min(remittance.remittance_number) over (
            partition by transaction.sha256, transaction.interchange_ordinal, transaction.group_ordinal,
                transaction.control_number
        ) as first_in_group,
    from lake.transaction as transaction
    join staging.remittance as remittance on remittance.remittance_id = transaction.transaction_id
    where transaction.status = 'landed'
),

-- The earliest interchange under this number in which the remittance stands.
in_interchange as (
    select
        interchange_sender_id,
        interchange_receiver_id,
        interchange_control_number,
        remittance_id,
        min(first_in_interchange) as first_number,
    from appearance
    where interchange_control_number is not null
    group by all
),

control_number_reuse as (
    select remittance_id, 'trace number' as what
    from staging.remittance
    where trace_number is not null
    qualify row_number() over (partition by relation_number, trace_number order by remittance_number) > 1
    union
    select remittance_id, 'interchange control number'
    from in_interchange
    qualify first_number > min(first_number) over (
        partition by interchange_sender_id, interchange_receiver_id, interchange_control_number
    )
    union
    select remittance_id, 'transaction set control number'
    from appearance
    where remittance_number > first_in_group
)

select * from control_number_reuse
