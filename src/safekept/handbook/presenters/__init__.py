"""What the procedure's pages show, made from a version of a procedure. Pure, but for addresses."""
