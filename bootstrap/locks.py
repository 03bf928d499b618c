"""Locks between processes; the system frees them when their holder dies."""

import contextlib
import fcntl

from bootstrap import terminal


@contextlib.contextmanager
def locked(path, waiting_for):
    """Hold `path` alone; say what is waited for if another run holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with terminal.Step(f"Waiting for another run: {waiting_for}"):
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Users:
    """Counts the processes that use something; the last one turns off the light."""

    def __init__(self, path):
        """Join the users. Call while holding the lock that guards the thing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a")
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def leave(self):
        """Leave, and return whether nobody else is left."""
        with self._file as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True
