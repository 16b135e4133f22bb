"""How PostgreSQL is asked, whatever it is about: queries, pages of long lists, words, what a role may do."""
