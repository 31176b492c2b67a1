"""Advice beside the money: what pyx12 thinks of the transactions, and the acknowledgements that would be sent."""
