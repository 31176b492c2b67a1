"""From the build database to a new generation: the file that analysts open, and the one without patients."""
