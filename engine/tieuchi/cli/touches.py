"""``tieuchi touches``: what a threshold or an indicator can reach."""

from __future__ import annotations

from typing import Annotated

import typer

from tieuchi.cli.options import (
    Format,
    FormatOption,
    Lang,
    LangOption,
    OutOption,
    RulebookArgument,
    language_of,
)
from tieuchi.cli.simulating import tell

NameArgument = Annotated[
    str, typer.Argument(metavar="PATH", help="8.2/b/at_least, 8.2 hoặc tên chỉ số. / A path or an indicator.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("touches", help="Một ngưỡng hay chỉ số tác động tới đâu. / What a place can reach.")(touches)


def touches(
    rulebook: RulebookArgument,
    name: NameArgument,
    lang: LangOption = Lang.vi,
    form: FormatOption = Format.text,
    out: OutOption = None,
) -> None:
    """List every sub-criterion that a threshold or an indicator can reach."""
    from tieuchi.loading.rulebook import rulebook_of, rulebook_tree
    from tieuchi.model.plan import compile_plan
    from tieuchi.render.touches_text import touches_text
    from tieuchi.render.whatif_json import touches_json
    from tieuchi.whatif.touches import touches as reached

    root = rulebook_tree(rulebook)
    plan = compile_plan(rulebook_of(root))
    found = reached(root, plan, name)
    tell(form, out, lambda: touches_json(found), lambda page: touches_text(found, plan, page, language_of(lang)))
