"""``tieuchi simulate``: uncertain figures and thresholds, and what they do to totals, ranks and clauses."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

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
    emit,
    emit_json,
    language_of,
    new_page,
)
from tieuchi.cli.simulating import PlotOption, TableArgument, draw, load_table, progress
from tieuchi.errors import UnknownNameError

RunsOption = Annotated[int, typer.Option("--runs", help="Số lần mô phỏng. / Number of runs.")]
SeedOption = Annotated[
    int, typer.Option("--seed", min=0, help="Hạt giống; cùng số, cùng kết quả. / Same seed, same result.")
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
    from tieuchi.plots.charts_more import rank_chart, simulation_chart
    from tieuchi.render.simulate_text import simulation_json, simulation_text
    from tieuchi.whatif.dial import Rules
    from tieuchi.whatif.sensitivity import sensitivity
    from tieuchi.whatif.simulate import Simulator

    rules = Rules(rulebook_tree(rulebook))
    readings = load_table(table, rules.book, locale)
    names = [r.unit.id for r in readings]
    if unit is not None and unit not in names:
        raise UnknownNameError("unit", unit, names)
    simulator = Simulator(rules, readings, load_model(model) if model else NoiseModel())
    with progress(rulebook) as show:
        found = simulator.run(runs, seed, show, threads=threads or os.cpu_count() or 1)
    place = names.index(unit) if unit else 0
    sensitive = () if place in found.unsettled else sensitivity(simulator, place, seed)
    words = language_of(lang)
    draw(lambda: rank_chart(found, words) if ranks else simulation_chart(found, place, words), plot, lang)
    if form is Format.json:
        emit_json(simulation_json(found, place, sensitive, seed), out)
        return
    page = new_page(out)
    simulation_text(found, place, sensitive, page, words)
    emit(page.text(), out)
