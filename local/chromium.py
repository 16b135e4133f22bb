"""Finds the browser that the tests use."""

import shutil
from pathlib import Path

NAMES = ["chromium", "chromium-browser", "google-chrome"]


def path():
    """Return the machine's Chromium, else the one that Playwright downloaded, else None."""
    installed = next(filter(None, map(shutil.which, NAMES)), None)
    return installed or _of_playwright()


def _of_playwright():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = playwright.chromium.executable_path
    return program if Path(program).exists() else None
