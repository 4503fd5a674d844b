"""Polars: an expression for each rule, optimised and run as one lazy query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from book import Case, Spec
from ours import NONE
from peers import Prepared
from rules import cut_of, fields_of, points_of

POINTS = pl.Int32


class Polars:
    """Rules as expressions over columns."""

    none = pl.lit(None, dtype=POINTS)
    kind = pl.col("unit_kind")

    def column(self, name: str) -> Any:
        return pl.col(name)

    def case(self, pairs: Sequence[tuple[Any, Any]], otherwise: Any) -> Any:
        chain: Any = pl
        for condition, value in pairs:
            chain = chain.when(condition).then(_points(value))
        return chain.otherwise(_points(otherwise))

    def whole(self, above: Any, below: Any) -> Any:
        return above // below

    def best(self, above: str, below: str) -> tuple[Any, Any]:
        top, bottom = pl.col(above), pl.col(below)
        place = pl.when(bottom > 0).then(top / bottom).arg_max()
        return top.get(place), bottom.get(place)

    def cut(self, spec: Spec, place: int) -> tuple[Any, Any]:
        return cut_of(spec, place)


def _points(value: Any) -> Any:
    return pl.lit(value, dtype=POINTS) if isinstance(value, int) else value.cast(POINTS, strict=False)


def scored(frame: Any, case: Case, say: Any = None, keep: Sequence[str] = ()) -> Any:
    """Return a lazy frame of points of every sub-criterion, fields and total."""
    said = say or Polars()
    points = [_points(points_of(spec, said)).alias(spec["id"]) for spec in case.specs]
    fields = fields_of(case)
    sums = [pl.sum_horizontal(names).alias(name) for name, names in fields.items()]
    return frame.select(*keep, *points).with_columns(sums).with_columns(pl.sum_horizontal(list(fields)).alias("total"))


def prepared(case: Case, *, streaming: bool = True, number: Any = None) -> Prepared:
    frame = pl.DataFrame({**case.units, "unit_kind": case.kinds})
    if number is not None:
        frame = frame.with_columns(pl.col(list(case.units)).cast(number))
    query = scored(frame.lazy(), case)

    def matrix(found: Any) -> Any:
        columns = (found[spec["id"]].cast(pl.Int64).fill_null(NONE).to_numpy() for spec in case.specs)
        return np.stack(list(columns))

    return Prepared(lambda: query.collect(engine="streaming" if streaming else "in-memory"), matrix)
