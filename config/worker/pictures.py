"""Renditions in a process of their own."""

import subprocess
import sys

from shop.pictures.renditions import renderer_died


class PictureChild:
    """Renditions are made by a child process: they take seconds and memory, and events must not wait."""

    def __init__(self):
        self.process = None

    def __call__(self) -> None:
        """Begin, unless one is at work."""
        if self.process is not None:
            ended = self.process.poll()
            if ended is None:
                return
            if ended:
                renderer_died(f"The process that rendered it ended with {ended}.")
        self.process = subprocess.Popen([sys.executable, sys.argv[0], "work", "--pictures"])

    def end(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
