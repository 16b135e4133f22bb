#!/usr/bin/env python
"""The office's switchboard: every command of Kursmedel is started from here."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not os.environ.get("KURSMEDEL_ENV"):
        from local import command  # only in a working copy: an installation says what it is

        command.join()
    execute_from_command_line(sys.argv)
