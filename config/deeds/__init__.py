"""What staff did: who, what, old and new, from where. Rows are only ever added."""
