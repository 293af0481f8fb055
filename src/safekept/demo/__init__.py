"""A made-up region: people, agencies, networks and lives, to look at and to measure with.

Everybody is invented. Nothing here is shared with how people are found and matched, so that the
made-up region cannot flatter the search.
"""
