"""Proof that nothing was lost, changed or counted twice, from the stored bytes and not from what was made of them."""
