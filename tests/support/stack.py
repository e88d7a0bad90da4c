"""Room for each test's Python frames, in one piece.

Python keeps frames in chunks of 16 kB and gives a chunk back as soon as the first frame in it returns. Where a loop
calls across the end of a chunk, as deep templates and queries do, every call maps and unmaps one. A frame too large
for such a chunk gets one of its own, up to twice its size, and what it calls finds room behind it.
"""

import functools

SLOTS = 40_000  # of eight bytes: the chunk has 512 kB and leaves 190 for the frames of the test


def _call(function, arguments):
    return function(**arguments)


_call.__code__ = _call.__code__.replace(co_stacksize=SLOTS)


def with_room(function):
    @functools.wraps(function)
    def roomy(**arguments):
        return _call(function, arguments)

    return roomy
