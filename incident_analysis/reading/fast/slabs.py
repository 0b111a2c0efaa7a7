"""Where the texts of a whole source are kept, column by column.

What Arrow makes of each piece comes in fresh memory, which the system gives out, and clears, page by page: for texts
that stay, that costs twice as much as making them. numpy asks for large pages where it is asked for this much at once;
the piece's own memory is used again for the next one.
"""

from __future__ import annotations

import threading

import numpy as np
import pyarrow as pa

from incident_analysis.reading.fast.text import Array

#: At least what numpy asks large pages for.
SLAB_BYTES = 1 << 23
_ALIGNED = 64


class Slab:
    """Memory for one column. A frame that keeps the column keeps no other one's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._memory: Array = np.empty(0, np.uint8)
        self._used = 0

    def _room(self, size: int) -> Array:
        with self._lock:
            if self._used + size > len(self._memory):
                self._memory, self._used = np.empty(max(SLAB_BYTES, size), np.uint8), 0
            room = self._memory[self._used : self._used + size]
            self._used += -(-size // _ALIGNED) * _ALIGNED
            return room

    def _moved(self, buffer: pa.Buffer) -> pa.Buffer:
        room = self._room(buffer.size)
        room[:] = np.frombuffer(buffer, np.uint8)
        return pa.py_buffer(room)

    def kept(self, texts: pa.Array) -> pa.Array:
        """The same texts (large_utf8), their memory here."""
        if texts.offset or not len(texts):
            return texts
        known, offsets, data = texts.buffers()
        if data is None or not data.size:
            return texts
        return pa.Array.from_buffers(
            texts.type, len(texts), [known, self._moved(offsets), self._moved(data)], texts.null_count
        )
