"""A chart's files: PNG and SVG, the same bytes for the same figure and versions."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from incident_analysis import files
from incident_analysis.charts import style
from incident_analysis.charts.chart import Chart
from incident_analysis.errors import ParameterError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def save(drawn: Artist, report_folder: Path | str, name: str, *, alt: str | None = None) -> Chart:
    """Write a chart as PNG (200 dpi) and SVG into the `charts` folder of a report.

    Parameters
    ----------
    drawn : Axes or Figure
        What a chart function gave back.
    report_folder : path
        Folder of the report; `charts/` is made in it.
    name : str
        Name of the files without ending: ASCII letters, digits, `_` and `-`.
    alt : str, optional
        The chart in words; by default those the chart gave itself.

    Returns
    -------
    Chart

    Raises
    ------
    ParameterError
        `name` is no file name, or there are no words for the chart.

    Notes
    -----
    Nothing that changes between two runs is written: no date, no software version, and the identifiers in the SVG are
    salted with `name`, so several of them can stand in one page.
    """
    if not _NAME.fullmatch(name):
        raise ParameterError(
            f"{name!r} is no name for a chart", remedy="use ASCII letters, digits, _ and -", where="name"
        )
    figure = drawn if isinstance(drawn, Figure) else drawn.get_figure(root=True)
    if figure is None:
        raise ParameterError("axes without a figure", remedy="give what a chart function returned", where="drawn")
    title, own = style.own_words(figure)
    words = style.clean(alt if alt is not None else own)
    if not words:
        raise ParameterError(
            "the chart has no words", remedy="give alt=..., a sentence that says what it shows", where="alt"
        )
    chart = Chart(name, title or name, words, f"charts/{name}.png", f"charts/{name}.svg")
    folder = Path(report_folder)
    files.write_bytes(folder / chart.png, _png(figure))
    files.write_bytes(folder / chart.svg, _svg(figure, chart))
    return chart


def save_known(drawn: Mapping[str, Artist], report_folder: Path | str) -> list[Chart]:
    """Save several charts; one that only says that nothing is known is left out: the findings say so themselves.

    Parameters
    ----------
    drawn : mapping of str to Axes or Figure
        Names of the files, and what chart functions gave back.
    report_folder : path

    Returns
    -------
    list of Chart
    """
    kept = []
    for name, one in drawn.items():
        figure = one if isinstance(one, Figure) else one.get_figure(root=True)
        if figure is None or not style.is_words(figure):
            kept.append(save(one, report_folder, name))
    return kept


def _png(figure: Figure) -> bytes:
    held = io.BytesIO()
    with style.context():
        FigureCanvasAgg(figure).print_figure(held, format="png", dpi=style.DPI, metadata={"Software": None})
    return held.getvalue()


def _svg(figure: Figure, chart: Chart) -> bytes:
    held = io.StringIO()
    # An explicit None leaves the entry out; what is not named gets a default.
    metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with style.context(**{"svg.hashsalt": chart.name}):
        FigureCanvasSVG(figure).print_figure(held, format="svg", metadata=metadata)
    text = held.getvalue()
    for pattern in (r'(\bid=")', r'(href="#)', r"(url\(#)"):
        text = re.sub(pattern, rf"\g<1>{chart.name}-", text)
    said = f"<title>{escape(chart.title)}</title>\n <desc>{escape(chart.alt)}</desc>"
    opened = re.sub(r"<svg ([^>]*)>", lambda m: f'<svg role="img" {m[1]}>\n {said}', text, count=1)
    return opened.encode()
