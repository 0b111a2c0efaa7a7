"""The files of a chart: the same bytes whoever draws it, self-contained, with its words in them."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from incident_analysis import charts
from incident_analysis.charts import style
from incident_analysis.errors import ParameterError

DRAW = """
import sys
import incident_analysis as ia
incident = ia.read_incident(sys.argv[1])
events, moments = ia.timeline.events(incident), ia.timeline.moments(incident)
chart = ia.charts.save(ia.charts.lanes(events, moments=moments, title=incident.title), sys.argv[2], "lanes")
ia.charts.save(ia.charts.phases(moments, ia.timeline.durations(incident)), sys.argv[2], "phases")
ia.charts.save(ia.charts.impact(ia.impact.ledger(incident)), sys.argv[2], "impact")
ia.charts.save(ia.charts.causes(ia.risk.causes(incident), ia.risk.actions(incident)), sys.argv[2], "causes")
import pandas as pd
times = pd.Series(pd.to_datetime(["2024-02-29T23:59Z", "2024-03-01T04:00Z"])).astype("datetime64[ns, UTC]")
counts = pd.DataFrame({"time": times, "end": times + pd.Timedelta("1min"), "key": ["17", ""], "count": [3, 5]})
ia.charts.save(ia.charts.log_rates(counts), sys.argv[2], "log_rates")
assert "matplotlib.pyplot" not in sys.modules, "pyplot and its global state"
"""
# What a user may have set: all of it would show.
RC = """
font.family: monospace
font.size: 17
figure.facecolor: black
text.color: red
axes.grid: True
axes.facecolor: yellow
lines.linewidth: 5
svg.fonttype: none
savefig.dpi: 50
savefig.bbox: tight
"""


def run(gitlab: Path, out: Path, **env: str) -> dict[str, bytes]:
    done = subprocess.run(
        [sys.executable, "-c", DRAW, str(gitlab), str(out)],
        env={**os.environ, **env},
        cwd=out.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_bytes() for path in sorted((out / "charts").iterdir())}


def test_two_processes_write_the_same_bytes_whatever_the_users_settings_are(gitlab: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "matplotlibrc").write_text(RC)
    # The package is imported from the clone, wherever the process runs.
    path = os.pathsep.join([str(Path(__file__).resolve().parents[1]), os.environ.get("PYTHONPATH", "")])
    first = run(gitlab, tmp_path / "a", PYTHONHASHSEED="1", PYTHONPATH=path)
    second = run(
        gitlab,
        tmp_path / "b",
        PYTHONHASHSEED="2",
        PYTHONPATH=path,
        MATPLOTLIBRC=str(tmp_path / "mine" / "matplotlibrc"),
        TZ="Asia/Kolkata",
        LC_ALL="C.UTF-8",
    )
    names = ("causes", "impact", "lanes", "log_rates", "phases")
    assert sorted(first) == [f"{n}.{e}" for n in names for e in ("png", "svg")]
    assert [name for name in first if first[name] != second[name]] == []


def simple() -> Figure:
    x = np.linspace(0.0, 4.0, 50)
    frame = pd.DataFrame({"quantity": "rate", "which": "prior", "x": x, "density": np.exp(-x), "unit": "per year"})
    return charts.belief(frame, title='Mine & <yours> "quoted"')


def test_saving_twice_and_saving_before_changes_nothing(tmp_path: Path) -> None:
    figure = simple()
    one = charts.save(figure, tmp_path / "1", "belief")
    two = charts.save(figure, tmp_path / "2", "belief")
    assert one == two
    for name in (one.png, one.svg):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_png_is_six_and_a_half_inches_at_200_dpi_without_clock_or_software(tmp_path: Path) -> None:
    chart = charts.save(simple(), tmp_path, "belief")
    data = (tmp_path / chart.png).read_bytes()
    # PNG, section 5: eight bytes of signature, then chunks of length, name, content, checksum.
    chunks, place = {}, 8
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        chunks[data[place + 4 : place + 8].decode()] = data[place + 8 : place + 8 + length]
        place += 12 + length
    assert struct.unpack(">I", chunks["IHDR"][:4]) == (1300,)
    across, _, unit = struct.unpack(">IIB", chunks["pHYs"])
    assert unit == 1
    assert across * 0.0254 == pytest.approx(200, abs=0.1)
    assert set(chunks) <= {"IHDR", "pHYs", "IDAT", "IEND", "sBIT"}


def test_svg_is_self_contained_and_says_what_it_shows(tmp_path: Path) -> None:
    chart = charts.save(simple(), tmp_path, "belief")
    text = (tmp_path / chart.svg).read_text()
    svg = ET.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    assert svg.get("role") == "img"
    assert svg.findtext(f"{space}title") == chart.title
    assert svg.findtext(f"{space}desc") == chart.alt
    # 72 points to the inch.
    assert svg.get("width") == "468pt"
    assert not list(svg.iter(f"{space}text")), "letters are drawn, so no font is asked for"
    names = [element.get("id") for element in svg.iter() if element.get("id")]
    assert names
    assert all(name.startswith("belief-") for name in names)
    assert len(names) == len(set(names))
    uses = [v for e in svg.iter() for k, v in e.attrib.items() if k.endswith("href")]
    assert uses
    assert {use[1:] for use in uses if use.startswith("#")} <= set(names)
    assert all(use.startswith("#") for use in uses)
    assert "dc:date" not in text
    assert "Matplotlib v" not in text


def test_chart_tells_its_own_words_and_takes_others(tmp_path: Path) -> None:
    chart = charts.save(simple(), tmp_path, "belief")
    assert chart.title == 'What was assumed before, and what is held now: Mine & <yours> "quoted"'
    assert chart.alt.startswith(chart.title)
    assert (chart.png, chart.svg) == ("charts/belief.png", "charts/belief.svg")
    assert charts.save(simple(), tmp_path, "belief", alt="In my\nwords").alt == "In my words"


@pytest.mark.parametrize("name", ["", "../out", "a/b", "a.b", "-a", "ä", "a b"])
def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ParameterError, match="no name for a chart"):
        charts.save(simple(), tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_a_figure_without_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError) as caught:
        charts.save(Figure(), tmp_path, "mine")
    assert str(caught.value) == "alt: the chart has no words\nTo fix: give alt=..., a sentence that says what it shows"
    assert charts.save(Figure(), tmp_path, "mine", alt="Nothing").title == "mine"


def test_the_users_settings_are_left_as_they_were(tmp_path: Path) -> None:
    with matplotlib.rc_context({"font.size": 17.0, "axes.grid": True}):
        before = dict(matplotlib.rcParams)
        charts.save(simple(), tmp_path, "belief")
        assert dict(matplotlib.rcParams) == before


def test_a_chart_shows_itself_in_a_notebook() -> None:
    # What IPython asks of a cell's value, with or without pyplot.
    data, shape = simple()._repr_png_()
    assert data.startswith(b"\x89PNG")
    assert shape["width"] == 650
    ax = charts.causes(pd.DataFrame(columns=["cause_id", "kind", "category", "text", "leads_to", "layer"]))
    assert ax._repr_png_()[0].startswith(b"\x89PNG")


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.1)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [style.INK, style.GREY, style.BLUE, "#00664B"])
def test_colours_of_text_are_readable_on_white(colour: str) -> None:
    # WCAG 2.1, success criterion 1.4.3: at least 4.5 to 1.
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_palette_is_that_of_okabe_and_ito() -> None:
    # https://jfly.uni-koeln.de/color/ gives the eight colours as red, green, blue.
    published = {
        (0, 0, 0),
        (230, 159, 0),
        (86, 180, 233),
        (0, 158, 115),
        (240, 228, 66),
        (0, 114, 178),
        (213, 94, 0),
        (204, 121, 167),
    }
    ours = (style.BLACK, style.ORANGE, style.SKY, style.GREEN, style.YELLOW, style.BLUE, style.VERMILLION, style.PURPLE)
    assert {tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in ours} == published
