"""Rows of a frame as a file of another program."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

from incident_analysis import files
from incident_analysis.errors import ParameterError


def write_rows(rows: pd.DataFrame, path: str | Path) -> Path:
    """Write a frame as Parquet, CSV or JSON lines, by the file's ending; in one step, never half.

    Parameters
    ----------
    rows : DataFrame
    path : path ending in .parquet, .csv or .jsonl

    Raises
    ------
    ParameterError
        Another ending.
    """
    ending = Path(path).suffix
    plain = rows.copy(deep=False)
    plain.attrs = {}
    if ending == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        buffer = io.BytesIO()
        pq.write_table(pa.Table.from_pandas(plain, preserve_index=False), buffer)
        return files.write_bytes(path, buffer.getvalue())
    if ending == ".csv":
        return files.write_text(path, plain.to_csv(index=False))
    if ending == ".jsonl":
        text = plain.to_json(orient="records", lines=True, date_format="iso", date_unit="ns", force_ascii=False)
        return files.write_text(path, text)
    raise ParameterError(f"no kind of file ends in {ending!r}", remedy="use .parquet, .csv or .jsonl", where=str(path))
