"""The door through which a web server calls Kursmedel."""

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

from config.room import with_room

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

gc.disable()  # while all is loaded next to nothing becomes garbage
application = with_room(get_wsgi_application())
import_module("config.urls")  # else the first page would load every view
# What is loaded by now stays: Python need not look through all of it for garbage every few pages.
gc.collect()
gc.freeze()
gc.enable()
