"""Regular expressions that are compiled when they are first used.

The formats have some four hundred: compiling all of them takes as long as reading ten megabytes, and the logs of one
program need a few.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Later:
    """Becomes, in all that is asked of it, the compiled pattern."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._given = text, flags

    @property
    def pattern(self) -> str | bytes:
        """Its text, for which nothing need be compiled."""
        return self._given[0]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            # What copies and pickles ask is not for the pattern.
            raise AttributeError(name)
        text, flags = self._given
        compiled = re.compile(text, flags)
        # From here on these are the object's own: as quick as the pattern itself.
        self.match, self.search, self.fullmatch = compiled.match, compiled.search, compiled.fullmatch
        self.sub, self.split, self.finditer, self.findall = (
            compiled.sub,
            compiled.split,
            compiled.finditer,
            compiled.findall,
        )
        return getattr(compiled, name)


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """A regular expression that is compiled when it is first used, and then used as any other.

    Parameters
    ----------
    text : str or bytes
    flags : int
        As for `re.compile`.

    Raises
    ------
    re.error
        Where it is used, not here, if it is none.
    """
    return cast("re.Pattern[AnyStr]", _Later(text, flags))
