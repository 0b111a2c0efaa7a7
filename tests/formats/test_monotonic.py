"""Times since boot are refused with advice."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Read = Callable[..., pd.DataFrame]


@pytest.mark.parametrize(
    "line",
    ["[   12.000001] h1 shop[7]: started", "<6>[   12.000001] usb 1-1: new device",
     "[   12.000001 <    1.000000 >] h1 shop[7]: started", "[   12.000001                ] h1 shop[7]: started"],
)  # fmt: skip
def test_refused_with_advice(read: Read, line: str) -> None:
    with pytest.raises(ValueError, match=r"seconds since boot[\s\S]*To fix: .*short-iso-precise"):
        read(f"{line}\n" * 2)
