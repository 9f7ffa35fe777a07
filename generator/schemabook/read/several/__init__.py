"""Several dumps of one database: what they repeat, and what they contradict."""
