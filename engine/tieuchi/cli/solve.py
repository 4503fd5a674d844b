"""``tieuchi solve``: the cut-off that gives a wanted share of units its points, near misses and bunching."""

from __future__ import annotations

from fractions import Fraction
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
    language_of,
)
from tieuchi.cli.simulating import PlotOption, TableArgument, Told, draw, load_table, progress, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tieuchi.whatif.cohort import Cohort
    from tieuchi.whatif.cutoff import NearMiss, Solution
    from tieuchi.whatif.dial import Dial, Rules
    from tieuchi.words.language import Language

PathOption = Annotated[
    str, typer.Option("--threshold", metavar="PATH[=LOW:HIGH]", help="Ngưỡng cần tìm. / The threshold.")
]
ShareOption = Annotated[str, typer.Option("--share", metavar="SHARE", help="Tỷ lệ đơn vị đạt. / Share of units.")]
PointsOption = Annotated[
    str | None,
    typer.Option(
        "--points", metavar="full|half|N", help="Đạt là có ít nhất bấy nhiêu điểm. / Reaching it means so many points."
    ),
]
WidthOption = Annotated[
    str | None, typer.Option("--width", help="Độ rộng khi xét dồn cụm. / Width when looking for bunching.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("solve", help="Ngưỡng cho một tỷ lệ đơn vị đạt. / The cut-off for a share of units.")(solve)


def solve(
    rulebook: RulebookArgument,
    table: TableArgument,
    threshold: PathOption,
    share: ShareOption,
    points: PointsOption = None,
    width: WidthOption = None,
    plot: PlotOption = None,
    lang: LangOption = Lang.vi,
    form: FormatOption = Format.text,
    out: OutOption = None,
    locale: LocaleOption = None,
) -> None:
    """Find the cut-off that a wanted share of units reaches."""
    from tieuchi.loading.rulebook import rulebook_tree
    from tieuchi.loading.scenario import assigned
    from tieuchi.whatif.cohort import Cohort
    from tieuchi.whatif.cutoff import misses
    from tieuchi.whatif.cutoff import solve as solved
    from tieuchi.whatif.dial import Rules, dial_of
    from tieuchi.whatif.grid import range_values

    wanted = share_given(share)
    room = width_given(width)
    rules = Rules(rulebook_tree(rulebook))
    change = assigned("--threshold", [threshold if "=" in threshold else f"{threshold}="])[0]
    values = range_values(change) if change.text else ()
    inside = (values[0], values[-1]) if values else None
    with progress(lang) as show:
        cohort = Cohort(rules.plan, load_table(table, rules.plan, locale), show)
        dial = dial_of(rules, change, inside or ())
        if dial.stepped and points is None and inside is None:
            found, (stand, closed) = solved(cohort, dial, wanted), misses(cohort, dial)
        else:
            found, stand, closed = _by_points(rules, cohort, dial, inside, points, wanted, show)
    told = _told(cohort, found, stand, room, language_of(lang), closed=closed)
    draw(told.chart, plot, lang)
    tell(form, out, told.data, told.write)


def _told(
    cohort: Cohort, found: Solution, stand: Sequence[NearMiss], room: Fraction | None, words: Language, *, closed: bool
) -> Told:
    """Return a cut-off in all its forms, with those who stand near the one in force."""
    from tieuchi.plots.charts_many import values_chart
    from tieuchi.render.sweep_json import solution_json
    from tieuchi.render.sweep_text import solution_text
    from tieuchi.whatif.cutoff import bunching, near_misses

    near = near_misses(stand, closed=closed)
    bunch = bunching(stand, closed=closed, width=room) if stand else None
    return Told(
        lambda: values_chart(cohort, found.dial, [one.value for one in stand], found.nearest.value, words),
        lambda: solution_json(cohort, found, near, bunch),
        lambda page: solution_text(cohort, found, near, bunch, page, words),
    )


def share_given(text: str) -> Fraction:
    """Return a share from nothing to all.

    Raises:
        ScenarioError: S717: it is none.
    """
    from tieuchi.errors import Issue, Position, ScenarioError
    from tieuchi.loading.scenario import number_given

    share = number_given("--share", text)
    if not 0 <= share <= 1:
        raise ScenarioError([Issue("S717", Position(f"--share {text}"), facts={"text": text})])
    return share


def width_given(text: str | None) -> Fraction | None:
    """Return the width on either side of a cut-off, where one is asked for.

    Raises:
        ScenarioError: S709: it is nothing or less; S719: it is no number.
    """
    from tieuchi.errors import Issue, Position, ScenarioError
    from tieuchi.loading.scenario import number_given

    if text is None:
        return None
    width = number_given("--width", text)
    if width <= 0:
        raise ScenarioError([Issue("S709", Position(f"--width {text}"), facts={"text": text})])
    return width


def _by_points(
    rules: Rules, cohort: Cohort, dial: Dial, inside: tuple[Fraction, Fraction] | None, points: str | None,
    wanted: Fraction, show: Callable[[int, int], None],
) -> tuple[Solution, list[NearMiss], bool]:  # fmt: skip
    """Return the values of any number at which a share of units has full, half or some points."""
    from tieuchi.loading.scenario import number_given
    from tieuchi.whatif.bends import widest
    from tieuchi.whatif.curves import Curves
    from tieuchi.whatif.levels import misses_of, solve_points

    curves = Curves(rules, cohort, dial, inside or widest(rules, dial), show)
    full = max((rules.plan.leaves[place].criterion.max_points for place in dial.leaves), default=Fraction(0))
    named = {None: full, "full": full, "half": full / 2}
    least = named[points] if points in named else number_given("--points", points or "")
    return solve_points(curves, least, wanted), *misses_of(curves, least)
