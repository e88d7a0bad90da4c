"""Posts of another shop or blog that become drafts here: read, looked at, then brought in."""
