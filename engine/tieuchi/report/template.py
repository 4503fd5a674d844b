"""The Word template: built here with its marks, written out on request, changed by the office as it likes.

Marks are those of docxtpl: ``{{ name }}`` for a text, ``{%p for … %}`` for paragraphs, ``{%tr for … %}`` for rows.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from tieuchi.errors import Position
from tieuchi.loading.readings_given import refusal

FONT = "Times New Roman"
_COLUMNS = (("no", 1.35), ("field", 6.4), ("most", 2.55), ("points", 2.0), ("rate", 2.1))
_NARROWER = {"most": 1.9, "points": 1.75, "rate": 1.95}
"""Widths beside the columns of the period before."""


def template_bytes(*, rank: bool, before: bool) -> bytes:
    """Return the template as a .docx file, with columns for ranks and for the period before if wanted.

    Raises:
        ReadingsError: python-docx is not installed.
    """
    try:
        import docx
    except ImportError:
        raise refusal("K820", Position("report"), package="python-docx", extra="report") from None
    document: Any = docx.Document()
    _page(document)
    _letterhead(document)
    _line(document, "{{ report }}", bold=True, size=14, centre=True, before=12)
    _line(document, "{{ title_line }}", bold=True, size=14, centre=True, after=10)
    _line(document, "{{ basis_line }}", indent=True)
    _line(document, "{{ part_1 }}", heading=1)
    _loop(document, "line in overall", "{{ line }}")
    _line(document, "{{ fields_title }}", indent=True)
    _fields(document, rank=rank, before=before)
    _figure(document, "figure_fields", "plot_fields")
    _line(document, "{{ part_2 }}", heading=1)
    _sections(document)
    _changes(document)
    _line(document, "{{ proposals_number }}. {{ part_4 }}", heading=1)
    _line(document, "{{ propose }}", indent=True)
    _line(document, "{%p for office in proposals %}")
    _line(document, "{{ loop.index }}. {{ office.office }}", bold=True, keep=True)
    _loop(document, "step in office.steps", "– {{ step }}")
    _line(document, "{%p endfor %}")
    _figure(document, "figure_offices", "plot_offices")
    _line(document, "{{ closing }}", indent=True, keep=True)
    _signature(document)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _page(document: Any) -> None:
    """Set A4 with the margins of Vietnamese official letters, and the font."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(2)
    _page_number(section)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(4)
    for level in (1, 2):
        heading = document.styles[f"Heading {level}"]
        heading.font.name, heading.font.size, heading.font.bold = FONT, Pt(13), True
        heading.font.color.rgb = None
        fonts = heading.element.rPr.rFonts
        for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(name), None)
        fonts.set(qn("w:eastAsia"), FONT)
        color = heading.element.rPr.find(qn("w:color"))
        if color is not None:
            heading.element.rPr.remove(color)


def _page_number(section: Any) -> None:
    """Put page numbers at the top, from the second page on."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _line(
    document: Any,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: int = 0,
    centre: bool = False,
    indent: bool = False,
    left: float = 0,
    heading: int = 0,
    before: int = 0,
    after: int | None = None,
    keep: bool = False,
) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    paragraph = document.add_paragraph(style=f"Heading {heading}" if heading else None)
    run = paragraph.add_run(text)
    run.bold, run.italic = bold or None, italic or None
    if size:
        run.font.size = Pt(size)
    form = paragraph.paragraph_format
    if centre:
        form.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif not heading and not text.startswith("{%"):
        form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    if indent:
        form.first_line_indent = Cm(1)
    if left:
        form.left_indent = Cm(left)
    form.space_before = Pt(before or (8 if heading else 0))
    if after is not None:
        form.space_after = Pt(after)
    form.keep_with_next = True if keep or heading else None
    return paragraph


def _loop(document: Any, over: str, text: str, **form: Any) -> None:
    _line(document, f"{{%p for {over} %}}")
    _line(document, text, indent=not form, **form)
    _line(document, "{%p endfor %}")


def _letterhead(document: Any) -> None:
    """Lay office and state side by side, with number and place below."""
    from docx.shared import Cm

    table = document.add_table(rows=2, cols=2)
    table.autofit = False
    for column, width in zip(table.columns, (6, 10.5), strict=True):
        column.width = Cm(width)
    texts = (("{{ agency }}", "{{ state }}"), ("{{ number_line }}", "{{ place_date }}"))
    for row, pair in zip(table.rows, texts, strict=True):
        for cell, text, width in zip(row.cells, pair, (6, 10.5), strict=True):
            cell.width = Cm(width)
            _cell(cell, text, centre=True, italic=text == "{{ place_date }}", bold=text == "{{ state }}", size=12)
    _cell(table.rows[0].cells[0], "{{ office }}", centre=True, bold=True, size=12, more=True)
    _cell(table.rows[0].cells[1], "{{ motto }}", centre=True, bold=True, size=13, more=True, underline=True)


def _cell(
    cell: Any,
    text: str,
    *,
    centre: bool = False,
    bold: bool = False,
    italic: bool = False,
    size: int = 11,
    more: bool = False,
    right: bool = False,
    underline: bool = False,
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.add_paragraph() if more else cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.bold, run.italic, run.underline, run.font.size = bold or None, italic or None, underline or None, Pt(size)
    paragraph.paragraph_format.space_after = Pt(0)
    if centre or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centre else WD_ALIGN_PARAGRAPH.RIGHT


def _fields(document: Any, *, rank: bool, before: bool) -> None:
    """Lay the table of fields: headings that repeat, a row for each, the total."""
    from docx.oxml import OxmlElement
    from docx.shared import Cm

    more = [*(["rank"] if rank else []), *(["before", "change"] if before else [])]
    columns = [(name, _NARROWER.get(name, width) if before else width) for name, width in _COLUMNS]
    columns += [(name, 1.7) for name in more]
    spare = 16.5 - sum(width for name, width in columns if name != "field")
    columns = [(name, min(spare, 9.4) if name == "field" else width) for name, width in columns]
    table = document.add_table(rows=5, cols=len(columns), style="Table Grid")
    table.autofit = False
    for index, (name, width) in enumerate(columns):
        table.columns[index].width = Cm(width)
        for row in table.rows:
            row.cells[index].width = Cm(width)
        _cell(table.rows[0].cells[index], "{{ " + name + " }}", centre=True, bold=True)
        key = {"field": "title"}.get(name, name)
        number = name not in ("field", "no")
        _cell(table.rows[2].cells[index], "{{ row." + key + " }}", right=number, centre=name == "no")
        _cell(table.rows[4].cells[index], "{{ total_row." + key + " }}", right=number, bold=True)
    _cell(table.rows[1].cells[0], "{%tr for row in rows %}")
    _cell(table.rows[3].cells[0], "{%tr endfor %}")
    repeat = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _figure(document: Any, caption: str, image: str) -> None:
    _line(document, f"{{%p if {image} %}}")
    _line(document, "{{ " + image + " }}", centre=True, before=8, after=2, keep=True)
    _line(document, "{{ " + caption + " }}", centre=True, italic=True, size=12, after=8)
    _line(document, "{%p endif %}")


def _changes(document: Any) -> None:
    """Lay section III, where there is a period before."""
    _line(document, "{%p if has_before %}")
    _line(document, "{{ part_3 }}", heading=1)
    _loop(document, "line in changes", "– {{ line }}")
    _line(document, "{%p if not changes %}")
    _line(document, "{{ unchanged }}", indent=True)
    _line(document, "{%p endif %}")
    _line(document, "{%p endif %}")


def _sections(document: Any) -> None:
    """Lay section II: fields, the criteria that lost points, what is said of each."""
    _line(document, "{%p for section in sections %}")
    _line(document, "{{ section.head }}", heading=2)
    _line(document, "{{ section.lost }}", indent=True)
    _line(document, "{%p for item in section['items'] %}")
    paragraph = _line(document, "{{ item.mark }} ", left=0.5, keep=True)
    paragraph.add_run("{{ item.head }}").italic = True
    paragraph.add_run(": {{ item.rated }}.")
    _line(document, "{%p if item.lines %}")
    _line(document, "{{ item.lines | join('. ') }}.", left=1.2, after=2)
    _line(document, "{%p endif %}")
    _line(document, "{%p if item.cause %}")
    _line(document, "{{ item.cause }}.", left=1.2, after=2)
    _line(document, "{%p endif %}")
    _line(document, "{%p if item.sources %}")
    _line(document, "{{ source_word }}: {{ item.sources | join('; ') }}", left=1.2, after=3, italic=True, size=11)
    _line(document, "{%p endif %}")
    _line(document, "{%p endfor %}")
    _loop(document, "cause in section.causes", "{{ cause }}.")
    _line(document, "{%p endfor %}")
    _line(document, "{%p if not sections %}")
    _line(document, "{{ nothing_lost }}", indent=True)
    _line(document, "{%p endif %}")


def _signature(document: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Cm

    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    left, right = table.rows[0].cells
    left.width, right.width = Cm(8), Cm(8.5)
    table.columns[0].width, table.columns[1].width = Cm(8), Cm(8.5)
    _cell(left, "{{ recipients }}", bold=True, italic=True, size=12)
    _cell(left, "{%p for name in recipient_list %}", more=True)
    _cell(left, "– {{ name }};", more=True)
    _cell(left, "{%p endfor %}", more=True)
    _cell(right, "{{ signer_line }}", centre=True, bold=True, size=13)
    _cell(right, "{{ signature }}", centre=True, italic=True, more=True, size=12)
