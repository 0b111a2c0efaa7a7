"""The report: one section model, one writer for each output.

`model` is what a report is made of, `markdown` and `html` write it; `people` reads what people wrote, `figures` what
they may put in live; `tables`, `questions`, `sections` and `closing` make the parts, `report` the files, `index` the
list of past incidents, `trends` the page about a history, `provenance` what a report was made from.
"""

from incident_analysis.report.index import write_index
from incident_analysis.report.report import render, write_report
from incident_analysis.report.trends import write_trends

__all__ = ["render", "write_index", "write_report", "write_trends"]
