"""The procedure, to read: rules, clocks and lists, each with its paragraph."""
