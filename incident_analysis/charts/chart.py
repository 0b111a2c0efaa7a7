"""What is left of a chart once it is drawn: its files and its words. Needs no matplotlib."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chart:
    """A saved chart.

    Parameters
    ----------
    name : str
        Name of its files, without ending.
    title : str
        What is shown, with unit or zone.
    alt : str
        The same in words, for readers who do not see the picture.
    png, svg : str
        Paths relative to the report's folder, with forward slashes.
    """

    name: str
    title: str
    alt: str
    png: str
    svg: str
