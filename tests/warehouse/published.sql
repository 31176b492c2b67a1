-- Published tables made by hand, as far as the summary and `explain` read them: one check, one claim, one takeback.
create table delivery (file_name varchar, sha256 varchar, status varchar);
insert into delivery values ('a', '1', 'landed'), ('b', '1', 'duplicate'), ('c', '2', 'quarantined');
create table quarantine (sha256 varchar, byte_start bigint, reason_code varchar, reason varchar, payment_amount decimal(18,2));
insert into quarantine values ('2', 0, 'pdf', 'looks like a PDF', null);
create table remittance (remittance_id varchar, trace_number varchar, payer_id varchar, payer_name varchar, payment_date date,
    payment_method_code varchar, payment_amount decimal(18,2));
insert into remittance values ('r1', 'T1', 'P', 'PAYER', '2025-01-05', 'ACH', 100), ('r2', 'T2', 'P', 'PAYER', '2025-02-05', 'ACH', 60);
create table remittance_step (remittance_id varchar, step_ordinal integer, step_kind varchar, amount decimal(18,2),
    explanation varchar, provider_adjustment_id varchar);
insert into remittance_step values ('r2', 2, 'claim_lowered', -15, 'another claim', null),
    ('r2', 3, 'recoupment', -40, 'PLB WO', 'r2-9-3'),
    ('r2', 1, 'claim_payment', 1100, 'one claim', null);
create table claim (claim_id varchar, claim_kind varchar, patient_control_number varchar, payer_name varchar,
    total_charge_amount decimal(18,2), service_date_from date, service_date_to date);
insert into claim values ('c1', 'P', 'A-1', 'PAYER', 150, '2024-12-01', '2024-12-01'),
    ('c2', 'I', 'A-2', 'PAYER', 10, '2024-12-02', '2024-12-02');
create table claim_payment (claim_payment_id varchar, remittance_id varchar, trace_number varchar, patient_control_number varchar,
    payer_claim_control_number varchar, claim_status_code varchar, charge_amount decimal(18,2), paid_amount decimal(18,2),
    role varchar, reverses_claim_payment_id varchar, corrects_claim_payment_id varchar, claim_id varchar, claim_family_id varchar);
insert into claim_payment values
    ('r1-4', 'r1', 'T1', 'A-1', 'ICN1', '1', 150, 100, 'original', null, null, 'c1', 'f1');
create table provider_adjustment (provider_adjustment_id varchar, remittance_id varchar, trace_number varchar,
    adjustment_reason_code varchar, reference_id varchar, kind varchar, amount decimal(18,2), matched_amount decimal(18,2),
    unmatched_amount decimal(18,2));
insert into provider_adjustment values ('r2-9-3', 'r2', 'T2', 'WO', 'ICN1', 'recoupment', 40, 30, 10);
create table takeback_match (provider_adjustment_id varchar, claim_family_id varchar, claim_payment_id varchar,
    amount decimal(18,2), rule varchar, confidence decimal(3,2), evidence varchar);
insert into takeback_match values ('r2-9-3', 'f1', 'r1-4', 30, 'payer_claim_control_number', 1, 'reference equals CLP07');
create table suspense (provider_adjustment_id varchar, amount decimal(18,2), reason varchar, candidates varchar[], age_days bigint);
insert into suspense values ('r2-9-3', 10, 'no_candidate', [], 31);
create table overpayment (claim_family_id varchar, identified_amount decimal(18,2), recovered_amount decimal(18,2),
    refunded_amount decimal(18,2), given_back_amount decimal(18,2), forgiven_amount decimal(18,2),
    outstanding_amount decimal(18,2), cause varchar, state varchar);
insert into overpayment values ('f1', 40, 30, 0, 0, 0, 10, 'unknown', 'open');
create table finding (finding_id varchar, kind varchar, claim_family_id varchar, remittance_id varchar, provider_adjustment_id varchar, amount decimal(18,2), explanation varchar);
insert into finding values ('x', 'no_notice', 'f1', 'r2', 'r2-9-3', 30, 'taken without a notice');
create table notice (notice_id varchar, letter_number varchar, letter_level varchar, letter_date date, due_date date,
    appeal_deadline date, claim_family_id varchar, amount decimal(18,2), reason varchar);
create table refund (refund_id varchar, check_number varchar, check_date date, claim_family_id varchar, amount decimal(18,2),
    acknowledged_amount decimal(18,2), acknowledged_date date);
create table dispute (dispute_id varchar, claim_family_id varchar, dispute_level varchar, filed_date date, outcome varchar,
    outcome_date date, amount decimal(18,2), next_appeal_deadline date);
create table decision (decision_id varchar, claim_family_id varchar, action varchar, amount decimal(18,2), reason varchar,
    decided_by varchar, decided_at timestamp, outcome varchar, outcome_reason varchar);
insert into notice values ('n1', 'FCN7', 'first', '2025-01-15', '2025-02-14', null, 'f1', 40, 'paid twice');
insert into refund values ('x1', '501', '2025-01-20', 'f1', 40, 0, null);
insert into dispute values ('d1', 'f1', 'first', '2025-01-25', 'lost', '2025-02-01', null, '2025-07-31');
insert into decision values ('e1', 'f1', 'match', null, 'seen in the portal', 'pat', '2025-02-07', 'applied', null);
