"""Checks the few things that Python packages cannot bring, and installs them where it may.

WeasyPrint draws its papers with Pango; the tests use Chromium, which Playwright drives; and Redis comes in a
wheel for some Pythons only. As root on Debian what is missing is installed; otherwise the exact line to run
is said, and nothing goes on without it.
"""

import ctypes
import os
import shutil
import subprocess
import sys

from local import chromium, redis

# What WeasyPrint loads, and the Debian package that has it.
LIBRARIES = {
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libfontconfig1",
}
# What Playwright's driver loads.
DRIVER = {"libatomic.so.1": "libatomic1"}


def need_libraries():
    """Make sure that WeasyPrint's libraries are there, or exit with the line that installs them."""
    _need(_missing_libraries, "Papers cannot be made without these libraries.")


def need_redis():
    """Make sure that there is a Redis where none is given, or exit with the line that installs one."""
    if not os.environ.get("REDIS_URL"):
        _need(_missing_redis, "Kursmedel needs Redis.")


def need_chromium():
    """Make sure that there is a Chromium for the tests, or exit with the line that installs one."""
    _need(_missing_driver, "The browser tests need this library.")
    if chromium.path():
        return
    if not _install("chromium"):
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])
    if not chromium.path():
        sys.exit(f"The browser tests need Chromium. {_line(['chromium'])}")


def _need(missing, why):
    if packages := missing():
        _install(*packages)
    if packages := missing():
        sys.exit(f"{why} {_line(packages)}")


def _missing_libraries():
    if sys.platform != "linux":
        return [] if shutil.which("pango-view") else ["pango"]
    return _packages_of(LIBRARIES)


def _missing_driver():
    return _packages_of(DRIVER) if sys.platform == "linux" else []


def _missing_redis():
    return [] if redis.at_hand() else ["redis-server"]


def _packages_of(libraries):
    return sorted({package for name, package in libraries.items() if not _loads(name)})


def _loads(name):
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _install(*packages):
    """Install Debian packages as root; return whether that was possible."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing {', '.join(packages)} …", flush=True)
    quiet = {
        "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        "stdout": subprocess.DEVNULL,
    }
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if subprocess.run(install, stderr=subprocess.DEVNULL, **quiet).returncode == 0:
        return True
    subprocess.run(["apt-get", "update"], **quiet)
    return subprocess.run(install, **quiet).returncode == 0


def _line(packages):
    words = " ".join(packages)
    if shutil.which("apt-get"):
        return f"Run: sudo apt-get install -y {words}"
    if shutil.which("brew"):
        return f"Run: brew install {words}"
    return f"Install these packages: {words}"
