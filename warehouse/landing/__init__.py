"""From the inbox to the lake: deliveries are taken in and landed as Parquet, what could not be read is set aside."""
