"""Pages of the procedure: reading it, its versions, and taking up a new one."""
