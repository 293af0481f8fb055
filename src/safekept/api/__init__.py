"""The interface for programs: the names of the history file, the walls of the pages."""
