"""Signing in, leaving, and whether the service is up."""
