"""Patterns that are compiled late are the same patterns; and each one that the package has can be compiled."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys

import pytest

import incident_analysis
from incident_analysis.patterns import pattern


def modules() -> list[str]:
    return [
        found.name
        for found in pkgutil.walk_packages(incident_analysis.__path__, "incident_analysis.")
        if not found.name.endswith("__main__")
    ]


def test_every_pattern_of_the_package_compiles() -> None:
    seen = 0
    for name in modules():
        for value in vars(importlib.import_module(name)).values():
            for one in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,):
                if type(one) is type(pattern("")):
                    re.compile(one.pattern, one.flags & ~re.UNICODE if isinstance(one.pattern, str) else one.flags)
                    seen += 1
    assert seen > 200, "they are no longer found where they stand"


@pytest.mark.parametrize("text, flags", [(r"(a+)(?P<end>b)?", re.IGNORECASE), (rb"\d+", 0)])
def test_a_late_pattern_answers_as_a_compiled_one(text: str | bytes, flags: int) -> None:
    late, plain = pattern(text, flags), re.compile(text, flags)
    assert (late.pattern, late.flags, late.groups, late.groupindex) == (
        plain.pattern,
        plain.flags,
        plain.groups,
        plain.groupindex,
    )
    for word in ("xAab", "12 b") if isinstance(text, str) else (b"xx 12 3", b""):
        for ask in ("match", "search", "fullmatch", "findall", "split"):
            late_said, said = (getattr(p, ask)(word) for p in (pattern(text, flags), plain))
            assert str(late_said) == str(said)
        assert [m.span() for m in late.finditer(word)] == [m.span() for m in plain.finditer(word)]
        assert late.sub(word, word) == plain.sub(word, word)
    with pytest.raises(AttributeError, match="no_such"):
        _ = late.no_such  # type: ignore[attr-defined]


def test_a_broken_pattern_is_told_where_it_is_used() -> None:
    late = pattern("(")
    with pytest.raises(re.error, match="unterminated"):
        late.match("")


def test_reading_imports_without_compiling_the_formats_patterns() -> None:
    code = (
        "import re; made = []; compiled = re.compile\n"
        "re.compile = lambda *given: made.append(given) or compiled(*given)\n"
        "import pandas; before = len(made); import incident_analysis.reading\n"
        "print(len(made) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 20
