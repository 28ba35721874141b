"""What the runner says: short lines with the time since the start."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

START = time.monotonic()
_lock = threading.Lock()


class Stop(SystemExit):
    """The command cannot go on; the text says what to do."""


def say(text):
    """Print one line with the seconds since the start."""
    with _lock:
        print(f"[{time.monotonic() - START:6.1f}s] {text}", flush=True)


def progress(text):
    """Rewrite the last line on a terminal; say nothing where nobody watches."""
    if sys.stdout.isatty():
        with _lock:
            print(
                f"\r\x1b[K[{time.monotonic() - START:6.1f}s] {text}", end="", flush=True
            )


def end_progress():
    """Clear the line that :func:`progress` wrote."""
    if sys.stdout.isatty():
        print("\r\x1b[K", end="", flush=True)


def run(command, **options):
    """Run a command, fail with its own words when it fails."""
    options.setdefault("check", True)
    return subprocess.run([str(part) for part in command], **options)


def output(command, **options):
    """Run a command and give what it prints."""
    return run(command, stdout=subprocess.PIPE, text=True, **options).stdout


def together(*tasks):
    """Run functions side by side, give their results in order."""
    with ThreadPoolExecutor(len(tasks)) as pool:
        return [future.result() for future in [pool.submit(task) for task in tasks]]


def last_lines(path, count=25):
    """Give the end of a log, for messages about a failure."""
    lines = path.read_text(errors="replace").splitlines() if path.exists() else []
    return "\n".join(lines[-count:])
