"""What an operator does to a home and asks of it: keep, restore, look back, look after it."""
