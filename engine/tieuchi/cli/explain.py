"""``tieuchi explain``: where the lost points went, or the whole reasoning of one criterion."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    emit,
    emit_json,
    language_of,
    new_page,
)
from tieuchi.errors import UnknownNameError

if TYPE_CHECKING:
    from tieuchi.explain import Prober
    from tieuchi.model.scorecard import Scorecard
    from tieuchi.words.language import Language

CriterionArgument = Annotated[
    str | None, typer.Argument(metavar="[CRITERION]", help="Mã tiêu chí, ví dụ 8.2. / Id of a criterion, such as 8.2.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("explain", help="Điểm chưa đạt và vì sao. / Lost points, and why.")(explain)


def explain(
    rulebook: RulebookArgument,
    readings: ReadingsArgument,
    criterion: CriterionArgument = None,
    lang: LangOption = Lang.vi,
    form: FormatOption = Format.text,
    out: OutOption = None,
    locale: LocaleOption = None,
    unit: UnitOption = None,
    group: GroupOption = None,
    exact: ExactOption = False,
) -> None:
    """Explain the lost points of one unit, or one criterion."""
    from tieuchi.cli.assessing import load_and_assess
    from tieuchi.explain import Prober

    _, card = load_and_assess(rulebook, readings, locale=locale, unit=unit, group=group, exact=exact)
    if criterion is None:
        _ledger(card, Prober(card.plan), language_of(lang), form, out)
        return
    known = [node.id for node in card.total.walk() if node is not card.total]
    if criterion not in known:
        raise UnknownNameError("criterion", criterion, known)
    if form is Format.json:
        _criterion_json(card, criterion, Prober(card.plan), out)
    else:
        _criterion(card, criterion, Prober(card.plan), language_of(lang), out)


def _ledger(card: Scorecard, prober: Prober, language: Language, form: Format, out: Path | None) -> None:
    """Print the ledger of lost points, with the next step of each sub-criterion in it."""
    from tieuchi.explain import ledger_of
    from tieuchi.render.explain_json import ledger_json
    from tieuchi.render.explain_text import ledger_text

    ledger = ledger_of(card)
    names = dict.fromkeys(row.criterion for row in ledger.rows if row.criterion in card.plan.by_id)
    steps = {name: prober.next_step(card, name) for name in names}
    if form is Format.json:
        emit_json(ledger_json(card, ledger, steps), out)
        return
    page = new_page(out)
    ledger_text(card, ledger, steps, page, language)
    emit(page.text(), out)


def _criterion(card: Scorecard, criterion: str, prober: Prober, language: Language, out: Path | None) -> None:
    """Print the reasoning of one sub-criterion, or of all below a group."""
    from tieuchi.render.explain_text import criterion_text

    page = new_page(out)
    node = card[criterion]
    if node.trace is None:
        criterion_text(card, node, None, page, language)
    for leaf in (leaf for leaf in node.walk() if leaf.trace is not None):
        if leaf is not node:
            page.line()
        criterion_text(card, leaf, prober.next_step(card, leaf.id), page, language)
    emit(page.text(), out)


def _criterion_json(card: Scorecard, criterion: str, prober: Prober, out: Path | None) -> None:
    """Print one criterion as it stands in the scorecard, with its next step."""
    from tieuchi.render.card_json import node_json
    from tieuchi.render.explain_json import step_json

    found = node_json(card, criterion)
    if card[criterion].trace is not None:
        found["next_step"] = step_json(prober.next_step(card, criterion))
    emit_json(found, out)
