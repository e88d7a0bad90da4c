"""Posts and products of another shop that become drafts here: read, looked at, then brought in."""
