"""The table of kubectl's events: refused with advice."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from incident_analysis.errors import InputError

Read = Callable[..., pd.DataFrame]


@pytest.mark.parametrize(
    "heading",
    [
        "LAST SEEN   TYPE      REASON      OBJECT     MESSAGE",
        "NAMESPACE   LAST SEEN   TYPE      REASON      OBJECT     MESSAGE",
        "LAST SEEN   FIRST SEEN   COUNT   NAME   KIND   SUBOBJECT   TYPE   REASON   SOURCE   MESSAGE",
        "LAST SEEN   TYPE   REASON   OBJECT   SUBOBJECT   SOURCE   MESSAGE   FIRST SEEN   COUNT   NAME",
    ],
)
def test_ages_are_refused_and_the_way_out_is_told(read: Read, heading: str) -> None:
    with pytest.raises(InputError, match="ages, not times") as caught:
        read(f"{heading}\n3m30s (x256 over 58m)   Warning   BackOff   Pod/made-up   Back-off\n")
    assert "-o json" in caught.value.remedy
    assert caught.value.where == "export"


def test_in_a_folder_it_does_not_keep_the_rest_from_being_read(tmp_path: object) -> None:
    from pathlib import Path

    from incident_analysis.reading import read_logs

    folder = Path(str(tmp_path))
    (folder / "events.txt").write_text("LAST SEEN   TYPE   REASON   OBJECT   MESSAGE\n3m   Normal   A   pod/b   c\n")
    (folder / "web.log").write_text('192.0.2.1 - - [02/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1\n')
    with pytest.warns(UserWarning, match="left out: a table of kubectl's events"):
        frame = read_logs(folder)
    assert list(frame["status"]) == [200]


def test_the_events_that_describe_shows_are_refused_too(read: Read) -> None:
    with pytest.raises(InputError, match="ages, not times"):
        read(
            "Name:         made-up\nNamespace:    made\nEvents:\n  Type     Reason   Age   From     Message\n"
            "  ----     ------   ----  ----     -------\n  Warning  BackOff  2m    kubelet  Back-off\n"
        )
