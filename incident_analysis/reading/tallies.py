"""Counts of records by interval and key that go on from batch to batch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


class Tally:
    """Counts by interval and key.

    Parameters
    ----------
    length : Timedelta
        Of an interval; intervals begin at whole multiples since 1970, UTC.
    by : sequence of str
        Columns whose values, joined by "|", make the key.
    """

    def __init__(self, length: pd.Timedelta, by: Sequence[str]) -> None:
        self._length = length.as_unit("ns").value
        self._by = tuple(by)
        self._counts: dict[tuple[int, str], int] = {}
        self.without_time = 0

    def add(self, rows: pd.DataFrame) -> None:
        """Count the rows of a frame LOGS."""
        known = rows["time"].notna().to_numpy()
        self.without_time += int((~known).sum())
        if not known.all():
            rows = rows[known]
        if not len(rows):
            return
        interval = rows["time"].astype("int64").to_numpy() // self._length
        codes = np.zeros(len(rows), np.int64)
        keys: list[tuple[str, ...]] = [()]
        for name in self._by:
            if name not in rows.columns:
                keys = [(*key, "") for key in keys]
                continue
            mine, values = pd.factorize(rows[name])
            words = ["" if w in ("nan", "<NA>") else w for w in pd.Series(values).astype("object").map(str)]
            # Rows without a value have the code -1.
            codes = codes * (len(words) + 1) + mine + 1
            keys = [(*key, word) for key in keys for word in ("", *words)]
        first, last = int(interval.min()), int(interval.max())
        width = len(keys)
        if (last - first + 1) * width <= 1_000_000 + 4 * len(rows):
            counts = np.bincount((interval - first) * width + codes, minlength=1)
            places = np.flatnonzero(counts)
            counts = counts[places]
        else:
            places, back = np.unique(np.stack([interval - first, codes]), axis=1, return_inverse=True)
            counts = np.bincount(back.ravel())
            places = places[0].astype(object) * width + places[1]
        for place, count in zip(places.tolist(), counts.tolist(), strict=True):
            key = (first + place // width, "|".join(keys[place % width]))
            self._counts[key] = self._counts.get(key, 0) + count

    def series(self) -> pd.DataFrame:
        """What was counted, as SERIES in order of time and key."""
        found = sorted(self._counts.items())
        starts = np.array([interval * self._length for (interval, _), _ in found], np.int64)
        made = pd.DataFrame(
            {
                "time": pd.Series(starts.view("datetime64[ns]")).dt.tz_localize("UTC"),
                "end": pd.Series((starts + self._length).view("datetime64[ns]")).dt.tz_localize("UTC"),
                "key": pd.Series([key for (_, key), _ in found], dtype="str"),
                "count": np.array([count for _, count in found], np.int64),
            }
        )
        made.attrs["without_time"] = self.without_time
        return made
