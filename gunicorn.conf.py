"""How gunicorn serves Kursmedel, wherever it is started from this folder."""

# Loaded once, before the workers: they share that memory, and the first page of none waits for it.
preload_app = True
