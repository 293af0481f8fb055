"""Proof: logs linked into chains, checkpoints that partner agencies keep, and what may be destroyed by law."""
