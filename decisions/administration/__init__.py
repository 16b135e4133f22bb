"""The scheme administrator's own pages: new terms, people, lists, and what it would all have changed.

They stand with the lists of the office because they read applications and pools; what they write are the
verbs of `schemes.entering` and `accounts.appointing`.
"""
