"""One night's transforms on several workers: payee enterprises apart, and what looks across them in between."""
