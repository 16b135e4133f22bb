"""Kursmedel on one machine: what `make run` and `make test` need around the product itself.

It starts PostgreSQL, Redis and a mail server without any set-up, watches over them, and checks the code.
It stands beside the house because a real installation has its own servers and never imports it; nothing
in the house may import it either.
"""
