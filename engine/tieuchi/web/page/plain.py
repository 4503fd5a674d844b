"""Plain HTML elements with a few habits: a button, a choice, a text field, a file field, a text with a tag."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from html import escape
from typing import Any, TypeVar

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement
from nicegui.elements.upload import Upload
from nicegui.events import GenericEventArguments, UploadEventArguments

Tag = TypeVar("Tag", bound=Element)
_VALUE = "(event) => emit(event.target.value)"


class Words(TextElement):
    """A text in a tag of its own."""

    def __init__(self, text: str, tag: str = "span", classes: str = "") -> None:
        super().__init__(tag=tag, text=text)
        if classes:
            self.classes(classes)


class Button(TextElement):
    """A button."""

    def __init__(self, text: str, on_click: Callable[[], Any], classes: str = "") -> None:
        super().__init__(tag="button", text=text)
        self._props["type"] = "button"
        self.classes(f"plain {classes}")
        self.on("click", lambda _: on_click(), args=[])

    def enable(self, enabled: bool) -> None:
        """Let it be pressed, or not."""
        if self._props.get("disabled", False) == enabled:
            self._props["disabled"] = not enabled
            self.update()


def attributes(element: Tag, **given: str | int | bool) -> Tag:
    """Set attributes without any parsing of what they say."""
    for name, value in given.items():
        element._props[name.strip("_").replace("_", "-")] = value
    element.update()
    return element


class Choice:
    """A labelled choice of one of several; its options are one piece of HTML, however many there are."""

    def __init__(
        self, label: str, options: Mapping[str, str], value: str, on_change: Callable[[str], Any], name: str
    ) -> None:
        self.options = options
        with ui.element("div").classes("field"):
            attributes(Words(label, "label"), _for=name)
            self.select = attributes(html(self._html(value), "select"), id=name)
        self.select.on("change", lambda event: on_change(text_of(event)), js_handler=_VALUE)

    def show(self, value: str) -> None:
        """Choose a value."""
        self.select.set_content(self._html(value))

    def _html(self, value: str) -> str:
        return "".join(
            f'<option value="{escape(key)}"{" selected" if key == value else ""}>{escape(text)}</option>'
            for key, text in self.options.items()
        )


class Field(Element):
    """A text field; ``show`` writes into it."""

    def __init__(self, value: str, on_change: Callable[[str], Any], label: str, kind: str = "text") -> None:
        super().__init__("input")
        self._props |= {"type": kind, "value": value, "aria-label": label, "autocomplete": "off", "spellcheck": "false"}
        self.classes("plain")

        def changed(event: GenericEventArguments) -> None:
            # What was typed is what the field holds from now on, also when it is drawn again.
            self._props["value"] = text_of(event)
            on_change(text_of(event))

        self.on("change", changed, js_handler=_VALUE)

    def show(self, value: str) -> None:
        """Write a value into the field."""
        if self._props["value"] != value:
            self._props["value"] = value
            self.update()


class FileField(Upload, component="file.js"):
    """A file field; a file is sent as soon as it is chosen."""

    def __init__(
        self,
        name: str,
        accept: str,
        on_file: Callable[[str, bytes], Awaitable[None]],
        words: tuple[str, str],
    ) -> None:
        async def sent(event: UploadEventArguments) -> None:
            await on_file(event.file.name, await event.file.read())

        super().__init__(on_upload=sent)
        self._props |= {"name": name, "accept": accept, "tooLarge": words[0], "failed": words[1]}


def text_of(event: GenericEventArguments) -> str:
    """Return the text that a browser sent, whatever it really sent."""
    value = event.args[0] if isinstance(event.args, list) and event.args else event.args
    return value[:10_000] if isinstance(value, str) else ""


def html(content: str, tag: str = "div") -> ui.html:
    """Add HTML that was made here, every text in it escaped."""
    return ui.html(content, sanitize=False, tag=tag)


def acting_html(content: str, on_do: Callable[[str], Any]) -> ui.html:
    """Add HTML whose buttons say in ``data-do`` what they do; one element, however long the list is."""
    made = html(content)
    pressed = "(event) => { const b = event.target.closest('[data-do]'); if (b) emit(b.dataset.do) }"
    made.on("click", lambda event: on_do(text_of(event)), js_handler=pressed)
    return made


def table_html(heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Collection[int] = ()) -> str:
    """Return a table of cells that are HTML already.

    On a narrow screen each row becomes a card whose cells bear their heads, hence the labels; roles keep it a table
    for screen readers all the same.
    """
    kinds = ['class="number"' if place in numbers else "" for place in range(len(heads))]
    head = "".join(
        f'<th role="columnheader" scope="col" {k}>{escape(word)}</th>' for word, k in zip(heads, kinds, strict=True)
    )
    begins = [f'<td role="cell" data-label="{escape(w)}" {k}>' for w, k in zip(heads, kinds, strict=True)]
    body = "".join(
        '<tr role="row">'
        + "".join(f"{td}<span>{cell}</span></td>" for td, cell in zip(begins, row, strict=True))
        + "</tr>"
        for row in rows
    )
    table = f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{body}</tbody>'
    return f'<div class="scroll" tabindex="0"><table class="list" role="table">{table}</table></div>'


def button_html(text: str, do: str, label: str = "") -> str:
    """Return a button for ``acting_html``."""
    named = f' aria-label="{escape(label)}"' if label else ""
    return f'<button type="button" class="plain" data-do="{escape(do)}"{named}>{escape(text)}</button>'
