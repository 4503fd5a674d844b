"""``tieuchi whatif``: the points before and after some changes of readings and rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tieuchi.cli.options import (
    ExactOption,
    Format,
    FormatOption,
    GroupOption,
    Lang,
    LangOption,
    LocaleOption,
    OutOption,
    ReadingsArgument,
    RulebookArgument,
    UnitOption,
    language_of,
)
from tieuchi.cli.simulating import PlotOption, ScenarioOption, SetOption, ThresholdOption, draw, load_pair, tell

SaveOption = Annotated[
    Path | None, typer.Option("--save", help="Lưu các thay đổi để chạy lại. / Save the changes, to be replayed.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("whatif", help="Thử đổi số liệu hay ngưỡng. / Try other figures or other thresholds.")(whatif)


def whatif(
    rulebook: RulebookArgument,
    readings: ReadingsArgument,
    change: SetOption = None,
    threshold: ThresholdOption = None,
    scenario: ScenarioOption = None,
    save: SaveOption = None,
    plot: PlotOption = None,
    lang: LangOption = Lang.vi,
    form: FormatOption = Format.text,
    out: OutOption = None,
    locale: LocaleOption = None,
    unit: UnitOption = None,
    group: GroupOption = None,
    exact: ExactOption = False,
) -> None:
    """Score one unit before and after some changes, and show what moved."""
    from tieuchi.loading.scenario import assigned, joined, load_scenario, scenario_yaml
    from tieuchi.loading.whole_file import write_whole
    from tieuchi.model.scenario import Scenario
    from tieuchi.plots.charts import difference_chart
    from tieuchi.render.whatif_json import whatif_json
    from tieuchi.render.whatif_text import whatif_text
    from tieuchi.whatif.run import Bench

    root, _, found, others = load_pair(rulebook, readings, locale=locale, unit=unit, group=group)
    given = Scenario(assigned("--set", change or ()), assigned("--threshold", threshold or ()))
    parts = [load_scenario(scenario)] if scenario else []
    whole = joined(*parts, given, locale=locale.value if locale else None)
    result = Bench(root, found, others, "exact" if exact else "both").run(whole)
    if save is not None:
        write_whole(save, scenario_yaml(whole).encode())
    draw(lambda: difference_chart(result.difference, language_of(lang)), plot, lang)
    tell(form, out, lambda: whatif_json(result), lambda page: whatif_text(result, page, language_of(lang)))
