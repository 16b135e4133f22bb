#!/usr/bin/env python
"""The office's switchboard: every command of Kursmedel is started from here."""

import atexit
import gc
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    # What is loaded at the start is kept, and at the end all goes at once: looking for garbage in
    # between and then would be half of a short command.
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not os.environ.get("KURSMEDEL_ENV"):
        from local import command  # only in a working copy: an installation says what it is

        command.join()
    execute_from_command_line(sys.argv)
