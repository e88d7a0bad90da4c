"""Connections to PostgreSQL and Redis that live through an absence of either, without anybody's help."""
