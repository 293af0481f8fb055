"""Who may see what: the viewer, the policy, the second wall in the database, and the log of what was read."""
