"""X12 835 and 837: bytes to Arrow tables and back, pure functions only."""
