"""``tieuchi simulate``: uncertain figures and thresholds, and what they do to totals, ranks and clauses."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieuchi.cli.options import (
    Format,
    FormatOption,
    Lang,
    LangOption,
    LocaleOption,
    OutOption,
    RulebookArgument,
    UnitOption,
    language_of,
)
from tieuchi.cli.simulating import PlotOption, TableArgument, Told, draw, load_table, progress, tell
from tieuchi.errors import UnknownNameError

if TYPE_CHECKING:
    from tieuchi.whatif.sensitivity import Sensitivity
    from tieuchi.whatif.simulated import Simulation
    from tieuchi.words.language import Language

RunsOption = Annotated[int, typer.Option("--runs", help="Số lần mô phỏng. / Number of runs.")]
SeedOption = Annotated[
    int,
    typer.Option("--seed", min=0, max=2**64 - 1, help="Hạt giống; cùng số, cùng kết quả. / Same seed, same result."),
]
ModelOption = Annotated[
    Path | None, typer.Option("--model", help="Tệp sai số của số liệu và ngưỡng. / A file of what is uncertain.")
]
ThreadsOption = Annotated[
    int, typer.Option("--threads", min=0, help="Số luồng; không làm đổi kết quả. / Threads; no result depends on it.")
]
RanksOption = Annotated[bool, typer.Option("--ranks", help="Vẽ thứ hạng mọi đơn vị. / Draw the ranks of all units.")]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("simulate", help="Điểm và hạng khi số liệu có sai số. / Totals and ranks under uncertainty.")(simulate)


def simulate(
    rulebook: RulebookArgument,
    table: TableArgument,
    runs: RunsOption = 10_000,
    seed: SeedOption = 1,
    model: ModelOption = None,
    unit: UnitOption = None,
    threads: ThreadsOption = 0,
    ranks: RanksOption = False,
    plot: PlotOption = None,
    lang: LangOption = Lang.vi,
    form: FormatOption = Format.text,
    out: OutOption = None,
    locale: LocaleOption = None,
) -> None:
    """Draw uncertain figures and thresholds many times and score every draw exactly."""
    from tieuchi.loading.rulebook import rulebook_tree
    from tieuchi.loading.scenario import load_model
    from tieuchi.model.scenario import NoiseModel
    from tieuchi.whatif.dial import Rules
    from tieuchi.whatif.sensitivity import sensitivity
    from tieuchi.whatif.simulate import Simulator
    from tieuchi.whatif.table import names_of

    rules = Rules(rulebook_tree(rulebook))
    readings = load_table(table, rules.plan, locale)
    place = _place_of(unit, names_of(readings))
    with progress(lang) as show:
        simulator = Simulator(rules, readings, load_model(model) if model else NoiseModel(), show)
        # Ranks and sensitivity, which come last, take their time as well.
        found = simulator.run(
            runs, seed, lambda done, every: show(done, every + 1), threads=threads or os.cpu_count() or 1
        )
        sensitive = () if place in found.unsettled else sensitivity(simulator, place, seed)
    told = _told(found, place, sensitive, seed, language_of(lang), ranks=ranks)
    draw(told.chart, plot, lang)
    tell(form, out, told.data, told.write)


def _told(
    found: Simulation, place: int, sensitive: Sequence[Sensitivity], seed: int, words: Language, *, ranks: bool
) -> Told:
    """Return a simulation in all its forms, with what one unit's total depends on."""
    from tieuchi.plots.charts_more import rank_chart, simulation_chart
    from tieuchi.render.simulate_text import simulation_json, simulation_text

    return Told(
        lambda: rank_chart(found, words) if ranks else simulation_chart(found, place, words),
        lambda: simulation_json(found, place, sensitive, seed),
        lambda page: simulation_text(found, place, sensitive, page, words),
    )


def _place_of(unit: str | None, names: Sequence[str]) -> int:
    """Return where the unit that was asked for stands, or the first."""
    if unit is not None and unit not in names:
        raise UnknownNameError("unit", unit, names)
    return names.index(unit) if unit else 0
