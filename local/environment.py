"""Makes the Python environment in .venv from uv.lock; the first thing that runs on a bare machine.

Runs on the machine's own Python with nothing but its standard library.
"""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / ".venv"
PYTHON = PLACE / "bin" / "python"
UV = "uv==0.13.9"


def main():
    """Bring .venv up to uv.lock; make it first where it is missing or its Python has gone."""
    print("Making the Python environment in .venv (once; a minute or two) …", flush=True)
    if not _works():
        _make()
    _run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV)
    _run(
        PLACE / "bin" / "uv",
        "sync",
        "--frozen",
        "--all-groups",
        "--inexact",
        "--no-progress",
        "--quiet",
        f"--python={PYTHON}",
    )


def _works():
    try:
        return (
            subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0
        )
    except OSError:
        return False


def _make():
    if not find_spec("ensurepip"):
        _install_venv()
    shutil.rmtree(PLACE, ignore_errors=True)
    _run(sys.executable, "-m", "venv", PLACE)


def _install_venv():
    """Debian keeps the module apart from Python."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"Python's venv module is missing. Run: sudo apt-get install -y {package}")
    _run("apt-get", "update", "--quiet")
    _run("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", package)


def _run(*command):
    surroundings = os.environ | {
        "UV_COMPILE_BYTECODE": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PROJECT_ENVIRONMENT": str(PLACE),
        "VIRTUAL_ENV": str(PLACE),
    }
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env=surroundings)
    if done.returncode:
        sys.exit(f"This did not work: {' '.join(map(str, command))}")


if __name__ == "__main__":
    main()
