"""Looking at a file that somebody sent. Pure: bytes in, what may be shown or a sentence out; no Django, no database.

It runs in a process of its own, which ``apart`` starts and bounds: what it is given may be made to do harm.
"""
