"""What another shop exported: posts and products become drafts, customers who agreed to letters become subscribers."""
