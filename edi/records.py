"""Schemas of the tables that no layout describes: what is known of files, envelopes, spans and problems.

Strategy: plain Arrow schemas, beside the elements of ISA, GS and ST that they hold. Never: how a row is made.
"""

from __future__ import annotations

import pyarrow as pa

from edi.problems import PROBLEM

MONEY = pa.decimal128(18, 2)

TRANSACTION = pa.schema(
    [
        ("transaction_key", pa.string()),
        ("transaction_id", pa.string()),
        ("sha256", pa.string()),
        ("transaction_ordinal", pa.int32()),
        ("interchange_ordinal", pa.int32()),
        ("group_ordinal", pa.int32()),
        ("transaction_set_code", pa.string()),
        ("claim_kind", pa.string()),
        ("guide", pa.string()),
        ("control_number", pa.string()),
        ("interchange_control_number", pa.string()),
        ("interchange_sender_id", pa.string()),
        ("interchange_receiver_id", pa.string()),
        ("interchange_date", pa.date32()),
        ("usage_indicator", pa.string()),
        ("group_control_number", pa.string()),
        ("application_sender_code", pa.string()),
        ("application_receiver_code", pa.string()),
        ("byte_start", pa.int64()),
        ("byte_end", pa.int64()),
        ("segment_count", pa.int32()),
        ("status", pa.string()),
        ("reason_code", pa.string()),
        ("reason", pa.string()),
        ("payment_amount", MONEY),
    ]
)
INTERCHANGE = pa.schema(
    [
        ("sha256", pa.string()),
        ("interchange_ordinal", pa.int32()),
        ("interchange_control_number", pa.string()),
        ("interchange_sender_id", pa.string()),
        ("interchange_receiver_id", pa.string()),
        ("interchange_date", pa.date32()),
        ("usage_indicator", pa.string()),
        ("interchange_sender_id_qualifier", pa.string()),
        ("interchange_receiver_id_qualifier", pa.string()),
        ("interchange_time", pa.string()),
        ("interchange_control_version_number", pa.string()),
        ("acknowledgment_requested", pa.string()),
        ("byte_start", pa.int64()),
        ("byte_end", pa.int64()),
        ("group_count", pa.int32()),
        ("is_complete", pa.bool_()),
    ]
)
FUNCTIONAL_GROUP = pa.schema(
    [
        ("sha256", pa.string()),
        ("interchange_ordinal", pa.int32()),
        ("group_ordinal", pa.int32()),
        ("functional_identifier_code", pa.string()),
        ("application_sender_code", pa.string()),
        ("application_receiver_code", pa.string()),
        ("group_date", pa.date32()),
        ("group_time", pa.string()),
        ("group_control_number", pa.string()),
        ("responsible_agency_code", pa.string()),
        ("version_release_industry_identifier_code", pa.string()),
        ("byte_start", pa.int64()),
        ("byte_end", pa.int64()),
        ("transaction_count", pa.int32()),
        ("is_complete", pa.bool_()),
    ]
)
SPAN = pa.schema(
    [
        ("sha256", pa.string()),
        ("byte_start", pa.int64()),
        ("byte_end", pa.int64()),
        ("kind", pa.string()),
        ("transaction_key", pa.string()),
        ("reason_code", pa.string()),
        ("reason", pa.string()),
        ("payment_amount", MONEY),
    ]
)
SCHEMAS = {
    "transaction": TRANSACTION,
    "functional_group": FUNCTIONAL_GROUP,
    "interchange": INTERCHANGE,
    "span": SPAN,
    "problem": PROBLEM,
}
# every element of the envelopes that one of these tables has
ENVELOPE_ELEMENTS = frozenset(
    [f"ISA{number:02}" for number in (*range(5, 11), *range(12, 16))]
    + [f"GS{number:02}" for number in range(1, 9)]
    + [f"ST{number:02}" for number in range(1, 4)]
)
