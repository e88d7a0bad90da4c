"""Addresses of another shop that lead to pages of this one, and what readers looked for and did not find."""
