"""Everything that was measured as a page: ``RESULTS.md``."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from goals import GOALS, MUST, Goal, shown

LIBRARIES = ("numpy", "numba", "polars", "duckdb", "pyarrow", "openfisca-core", "zen-engine", "durable-rules")
Found = Mapping[str, Any]


def machine() -> str:
    """Return what the figures were measured on."""
    facts = Path("/proc/cpuinfo").read_text().splitlines()
    named = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in facts)}
    wide = "AVX-512" if "avx512f" in named["flags"].split() else "AVX2" if "avx2" in named["flags"].split() else "SSE"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores of {named['model name']} ({wide}), {memory:.0f} GiB, Python {platform.python_version()}"


def versions() -> str:
    found = []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} not installed")
    return ", ".join(found)


def page(found: Found) -> str:
    """Return the whole page."""
    return "\n".join([*_head(found), *(line for part in _PARTS for line in _guarded(part, found)), *_foot(found)])


def goal_rows(found: Found, goals: Sequence[Goal]) -> list[tuple[str, str, str, str, str]]:
    """Return a row for each clause: goal, what is measured, what is wanted, what was found, whether it is met."""
    rows = []
    for goal in goals:
        for place, clause in enumerate(goal.clauses):
            value = clause.found(found)
            verdict = "not measured" if value is None else "met" if clause.met(value) else "**not met**"
            name = goal.name if not place else ""
            rows.append((name, clause.says, clause.limit, shown(value, clause.unit), verdict))
    return rows


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    right = ["---", *("---:" for _ in heads[1:])]
    return ["", *("| " + " | ".join(cells) + " |" for cells in (heads, right, *rows)), ""]


def _head(found: Found) -> Iterator[str]:
    yield "# What `make bench` found"
    yield ""
    if found["quick"]:
        yield "**A quick run on small tables, to see that everything runs; its figures mean little.**"
        yield ""
    yield f"Machine: {machine()}. Load before the run: {found['load']:.1f}. Whole run: {found['minutes']:.0f} minutes."
    yield f"Libraries: {versions()}."
    yield ""
    yield (
        "One generated rulebook of 100 sub-criteria with all kinds of scale mixed (`book.py`), 186 columns. What is "
        "compared takes turns in one process; a ratio is the median of the ratios of the rounds. Every peer is given "
        "the same rules (`rules.py`) and is counted for correctness. “takes” is how many times longer than we do."
    )


def _goals(found: Found) -> Iterator[str]:
    heads = ("", "measured", "wanted", "found", "")
    yield "\n## Goals"
    rows = goal_rows(found, GOALS)
    yield from table(heads, rows)
    yield from (f"- {goal.name}: {goal.note}" for goal in GOALS if goal.note)
    yield "\n## What it must show"
    yield from table(heads, goal_rows(found, MUST))


def _columns(found: Found) -> Iterator[str]:
    yield "\n## Columns to columns"
    yield ""
    yield (
        "Unit-scores a second; in brackets how many times longer than tieuchi's kernel in the same rounds. A "
        "unit-score is 100 sub-criteria of one unit. Ours gives points, states, clauses and, of sums, what they can "
        "still be; the others give points and sums. `zen`, `durable` and the exact road take units one by one, and "
        "so only some of them. The exact road alone keeps a full trace. Each runs three times when its turn comes and "
        "the median counts, ours and theirs alike; what the first of the three gave, on memory not used for a while, "
        "stands below."
    )
    sections = [found["columns, 1"], found["columns, 2"]]
    heads, cells = ["road or peer"], []
    for cores, section in enumerate(sections, 1):
        for size in section:
            heads.append(f"{int(size):,} units, {cores} core{'s' if cores > 1 else ''}")
            cells.append(section[size])
    names = list(dict.fromkeys(name for cell in cells for name in cell["rates"]))
    yield from table(heads, ([name, *(_rate(cell, name) for cell in cells)] for name in names))
    last = [section[max(section, key=int)] for section in sections]
    speeds = ", ".join(f"{cell['gigabytes a second']:.1f} GB/s" for cell in last)
    yield f"The memory probe moves {last[0]['bytes of a unit']:.0f} bytes a unit: {speeds} on one core and two."
    first = ("tieuchi", "tieuchi, outputs reused", "polars, streaming", "numpy", "openfisca")
    for cores, cell in enumerate(last, 1):
        rates = [f"{name} {rate / 1e6:.3g} M" for name in first if (rate := cell.get("first rates", {}).get(name))]
        yield f"\nFirst of three runs, largest table, {cores} core{'s' if cores > 1 else ''}: {'; '.join(rates)}."


def _rate(cell: Mapping[str, Any], name: str) -> str:
    if name not in cell["rates"]:
        return "–"
    rate = cell["rates"][name]
    return (
        f"{rate / 1e6:.3g} M ({_times(cell['times ours'][name])})"
        if rate >= 1e4
        else (f"{rate:,.0f} ({_times(cell['times ours'][name])})")
    )


def _times(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"


def _checks(found: Found) -> Iterator[str]:
    checks = found["checks"]
    yield "\n## Correctness"
    yield ""
    yield (
        f"Cells that differ from the exact road, of {checks['cells']:,} in each set: figures on thresholds and one "
        "beside them; money near 10^14 a hair from a threshold or from a tie of rounding."
    )
    sets = checks["differences"]
    names = list(next(iter(sets.values())))
    yield from table(["", *sets], ([name, *(str(cells[name]) for cells in sets.values())] for name in names))
    yield from (f"- {name} is not measured: {why}" for name, why in checks["not measured"].items())


def _one_unit(found: Found) -> Iterator[str]:
    part = found["one unit"]
    yield "\n## One unit"
    rows = ([name, shown(s, "s"), _times(part["times ours"][name])] for name, s in part["seconds"].items())
    yield from table(["", "time", "of ours with trace"], rows)
    yield "Loading a rulebook of 100:"
    yield from table(["step", "time"], ([name, shown(s, "s")] for name, s in part["loading"].items()))


def _files(found: Found) -> Iterator[str]:
    part = found["files"]
    yield f"\n## Parquet to Parquet, {part['units']:,} units, {part['megabytes read']:.0f} MB read"
    rows = (
        [name, shown(s, "s"), _times(part["times polars"][name]), f"{part['megabytes written'][name]:.0f} MB"]
        for name, s in part["seconds"].items()
    )
    yield from table(["", "time", "of polars", "written"], rows)
    rows = (
        [name, shown(ran["seconds"], "s"), f"{ran['megabytes']:.0f} MB", f"{ran['written']:.0f} MB"]
        for name, ran in part["processes"].items()
    )
    yield from table(["whole process", "time", "peak memory", "written"], rows)


def _statements(found: Found) -> Iterator[str]:
    part = found["SQL"]
    yield f"\n## SQL on DuckDB, {part['units']:,} units, one core"
    yield (
        "The same columns are points of sub-criteria and sums in which what lacks counts as nothing. `--detail points` "
        "also gives what sums can still be and their states; all, states and clauses of sub-criteria, too."
    )
    times, planning = part.get("times hand", {}), part.get("planning", {})
    rows = (
        [
            name,
            shown(s, "s"),
            shown(times.get(name), "×"),
            shown(planning.get(name), "s"),
            shown(part["letters"].get(name), ""),
        ]
        for name, s in part["seconds"].items()
    )
    yield from table(["", "time, planning included", "of by hand", "planning", "letters"], rows)


def _memory(found: Found) -> Iterator[str]:
    part = found["memory"]
    yield f"\n## Memory, {part['units']:,} units"
    sizes = ("inputs", "extra", "outputs")
    rows = (
        [name, *(f"{cell[size]:.0f} MB" if size in cell else "–" for size in sizes)]
        for name, cell in part.items()
        if name != "units"
    )
    yield from table(["", "columns", "taken beyond them", "size of the results"], rows)


def _cold(found: Found) -> Iterator[str]:
    yield "\n## From a cold process"
    rows = [[n, shown(s, "s")] for n, s in found["cold"]["commands"].items() if not isinstance(s, bool)]
    rows += [[f"kernel on 10,000 units: {n}", shown(s, "s")] for n, s in found["cold"]["kernel"].items()]
    yield from table(["", "time"], rows)


def _growth(found: Found) -> Iterator[str]:
    yield "\n## Growth"
    yield ""
    yield "![Growth with units, criteria and bands](growth.svg)"
    rows = []
    for name, measures in found["growth"].items():
        for measure, unit in (("seconds", "s"), ("megabytes", "MB")):
            cell = measures[measure]
            there = ", ".join(shown(value, unit) for value in cell["found"])
            rows.append([name, ", ".join(f"{s:,}" for s in cell["sizes"]), there, f"{cell['off']:.0%}"])
    yield from table(["", "sizes", "found", "at most off a straight line"], rows)


def _sweep(found: Found) -> Iterator[str]:
    part = found["sweep"]
    yield (
        f"\n## What would change the points: 63 units × {part['variants']:,} variants of "
        f"{part['thresholds']} thresholds, 100 criteria"
    )
    yield ""
    yield "Slow ways do a few variants and are scaled up."
    sweep = part["sweep"]
    rows = ([name, shown(s, "s"), _times(sweep["times ours"][name])] for name, s in sweep["seconds"].items())
    yield from table(["", "all variants", "of ours"], rows)
    for kind, breakpoints in part["breakpoints"].items():
        yield f"{breakpoints['found']:,} breakpoints of one {kind} threshold over {breakpoints['units']:,} units:"
        yield from table(["", "time"], ([name, shown(s, "s")] for name, s in breakpoints["seconds"].items()))
    yield f"One changed reading, rulebook of {part['one reading']['rulebook']} sub-criteria:"
    yield from table(["", "time"], ([name, shown(s, "s")] for name, s in part["one reading"]["seconds"].items()))


def _web(found: Found) -> Iterator[str]:
    part = found["web"]
    yield "\n## Page and API under load"
    missing = {name: cell["not measured"] for name, cell in part.items() if "not measured" in cell}
    rows = [[name, "–", "–", "–", f"not measured: {why}"] for name, why in missing.items()]
    rows += [
        [f"score with trace, {road}, {name}", *_latencies(cell[road]), ""]
        for name, cell in part.items()
        for road in ("both roads", "exact road")
        if road in cell
    ]
    told: dict[str, Callable[[Any], str]] = {
        "killed": lambda p: f"{p['killed']} workers killed, {p['not_200']} of {p['count']} answers lost",
        "pages": lambda p: f"{p['pages']} pages, a slider each {p['pause_s']:.0f} s; {p['megabytes']:.0f} MB",
    }
    rows += [[n, *_latencies(part[n]), say(part[n])] for n, say in told.items() if "p50_ms" in part.get(n, {})]
    yield from table(["", "a second", "median", "99th of 100", ""], rows)
    memory = part["memory"]
    if "risen" in memory:
        marks = ", ".join(f"{mark:.0f}" for mark in memory["megabytes"])
        yield f"Memory over {memory['requests']:,} requests, at each tenth: {marks} MB."


def _latencies(part: Mapping[str, float]) -> list[str]:
    return [f"{part['per_second']:.0f}", f"{part['p50_ms']:.0f} ms", f"{part['p99_ms']:.0f} ms"]


def _foot(found: Found) -> Iterator[str]:
    for name, why in found["failed"].items():
        yield f"\nNot measured: {name} ({why})."
    yield ""


_PARTS = (_goals, _columns, _checks, _one_unit, _statements, _files, _memory, _cold, _growth, _sweep, _web)


def _guarded(part: Callable[[Found], Iterator[str]], found: Found) -> list[str]:
    """Return the lines of a part, or none where what it tells was not measured."""
    try:
        return list(part(found))
    except KeyError as missing:
        if missing.args[0] not in found["failed"]:
            raise
        return []
