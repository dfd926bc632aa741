"""Templates that steal, loop, swell and fetch are refused; nothing leaves the child."""

from __future__ import annotations

import socket
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from cardwright_platform.confined.running import ConfinedError, Limits
from cardwright_platform.prints.rendering import Printer, PrintRequest

MEGABYTE = 1024 * 1024
RECORD: dict[str, Any] = {"t": "Q1", "f": {"amount": {"t": "1,234.50", "v": "1234.5", "n": True}}}
STYLE = "@page { size: A6; margin: 10mm }"


@pytest.fixture
def printer(tmp_path: Path) -> Printer:
    quick = Limits(memory=512 * MEGABYTE, output=32 * MEGABYTE, cpu=2, wall=30)
    return Printer(folder=tmp_path / "prints", writing=quick)


def request_of(template: str) -> PrintRequest:
    return PrintRequest(
        title="Q1",
        template=template,
        style=STYLE,
        language="zh",
        values={"record": RECORD},
        partials={"self.html": "{% include 'self.html' %}"},
    )


def refusal(printer: Printer, template: str) -> str:
    with pytest.raises(ConfinedError) as caught:
        printer.pdf(request_of(template))
    assert list(printer.folder.iterdir()) == []
    return caught.value.message.code


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ record.__class__ }}",
        "{{ record._value }}",
        "{{ record['__init__'] and record.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ ''|attr('__class__') }}",
        "{{ '%0999999999d' % 1 }}",
        "{{ ['']|map(attribute='__class__')|list }}",
        "{{ [record]|groupby('_fields')|list }}",
        "{{ [record]|sum(attribute='__class__') }}",
        "{{ record|attr('_fields') }}",
        r"{{ ''['\x5f\x5fclass\x5f\x5f'] }}",
        "{{ dict.mro() }}",
        "{{ namespace.__init__.__globals__ }}",
        "{{ qr.__globals__ }}",
        "{{ setting.__closure__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ ('{0.__class__}'|attr('format'))(1) }}",
        "{% set f = '{0[0].__class__}'.format %}{{ f([1]) }}",
        "{% macro m() %}{% endmacro %}{{ m.__init__ }}",
        "{% for x in [1] %}{{ loop._iterator }}{% endfor %}",
        "{{ cycler('a').next.__func__ }}",
        "{{ ''.join.__self__ }}",
        "{{ [].append(1) }}",
    ],
)
def test_what_steals_is_forbidden(printer: Printer, template: str) -> None:
    assert refusal(printer, template) == "print_forbidden"


@pytest.mark.parametrize(
    "template",
    [
        "{% for i in range(10**9) %}x{% endfor %}",
        "{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}",
        "{{ 'a' * 10**9 }}",
        "{{ [1] * 10**9 }}",
        "{{ 10 ** (10 ** 10) }}",
        "{{ 'a'|center(10**9) }}",
        "{% set n = namespace(a='aaaaaaaa') %}"
        "{% for i in range(40) %}{% set n.a = n.a ~ n.a %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ '%1000000000s'|format('a') }}",
        "{{ 'a'.ljust(10**12) }}",
        "{{ ('x' * 1000000)|wordwrap(1)|length }}",
        "{{ [1]|batch(10**9, 'x')|list|length }}",
        "{{ 'a'|replace('a', 'a' * 1000000)|replace('a', 'a' * 1000000) }}",
        "{% set n = namespace(a=10**90) %}{% for i in range(60) %}{% set n.a = n.a * n.a %}"
        "{% endfor %}",
        "{% include 'self.html' %}",
    ],
)
def test_what_loops_or_swells_is_stopped(printer: Printer, template: str) -> None:
    assert refusal(printer, template) == "print_too_large"


def test_a_document_of_too_many_pages_is_refused(printer: Printer) -> None:
    template = "{% for i in range(600) %}<p style='break-after:page'>{{ i }}</p>{% endfor %}"
    assert refusal(printer, template) == "print_too_large"


@pytest.mark.parametrize(
    "markup",
    [
        "<img src='URL'>",
        "<img srcset='URL 2x'>",
        "<link rel='stylesheet' href='URL'>",
        "<link rel='attachment' href='URL'>",
        "<style>@import 'URL';</style>",
        "<style>@font-face { font-family: x; src: url(URL) }</style>",
        "<style>p { background: u\\72l(URL) }</style>",
        "<p style='background: url(URL)'>x</p>",
        "<p style='background: u\\72l(URL)'>x</p>",
        "<object data='URL'></object>",
        "<embed src='URL'>",
        "<svg><image href='URL'/></svg>",
        "<svg><image xlink:href='URL'/></svg>",
        "<base href='URL'><img src='x.png'>",
        "<input type='image' src='URL'>",
        "<svg><style>@import 'URL';</style></svg>",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_nothing_outside_is_fetched(
    printer: Printer, tmp_path: Path, markup: str, scheme: str
) -> None:
    canary = tmp_path / "canary.png"
    canary.write_text("canary")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        url = address if scheme == "http" else canary.as_uri()
        assert refusal(printer, markup.replace("URL", url)) == "print_external"
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_a_picture_that_names_another_fetches_nothing(printer: Printer, tmp_path: Path) -> None:
    canary = (tmp_path / "canary.png").as_uri()
    inner = f"%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cimage href='{canary}'/%3E%3C/svg%3E"
    assert refusal(printer, f'<img src="data:image/svg+xml,{inner}">') == "print_external"


def test_a_link_that_people_follow_is_no_fetching(printer: Printer) -> None:
    document = printer.html(request_of("<a href='https://example.com/'>us</a>")).decode()
    assert "https://example.com/" in document


def test_mistakes_of_a_template_are_told(printer: Printer) -> None:
    assert refusal(printer, "{% if %}") == "print_failed"
    assert refusal(printer, "{{ 1 / 0 }}") == "print_failed"
    assert refusal(printer, "{{ ''|xmlattr }}") == "print_failed"
    assert refusal(printer, "{% include '/etc/passwd' %}") == "print_failed"
    assert refusal(printer, "{{ qr('x', 'javascript:1') }}") == "print_failed"


def test_values_are_escaped_and_formatted(printer: Printer) -> None:
    record = {**RECORD, "t": "<b>&"}
    asked = request_of(
        "{{ record }}|{{ record.amount }}|{{ record.amount|number(3) }}|{{ nothing.at.all }}"
    )
    document = printer.html(replace(asked, values={"record": record})).decode()
    assert "&lt;b&gt;&amp;|1,234.50|1,234.500|\n" in document


TABLE = """\
<style>p { color: red }</style><h1>Offer</h1><p>For &lt;us&gt;:<br>all of it</p>
<table><thead><tr><th>What<th class="number">Amount</th></tr></thead>
{% for each in ["=1+1", "b"] %}
<tr><td>{{ each }}</td><td class="number">{{ record.amount }}</td></tr>
{% endfor %}
<tr><td rowspan="2">both<p>lines</p></td><td>{{ record.amount | money }}</td></tr>
<tr><td>{{ record.amount }} CNY</td></tr>
<tr><td colspan="2">{{ record.share }}</td></tr></table>{{ qr("x") }}
"""


def sheet_of(printer: Printer, template: str) -> Worksheet:
    asked = request_of(template)
    share = {"t": "12.5%", "v": "0.125", "n": True}
    values = {"record": {**RECORD, "f": {**RECORD["f"], "share": share}}}
    return load_workbook(BytesIO(printer.workbook(replace(asked, values=values)))).worksheets[0]


def test_a_workbook_holds_the_tables_of_a_print_with_numbers_as_numbers(printer: Printer) -> None:
    sheet = sheet_of(printer, TABLE)
    assert sheet.title == "Q1"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows == [
        ["Offer", None], ["For <us>:", None], ["all of it", None], [None, None],
        ["What", "Amount"], ["=1+1", 1234.5], ["b", 1234.5],
        ["both\nlines", 1234.5], [None, "1,234.50 CNY"], [0.125, None],
    ]  # fmt: skip
    assert sheet["A6"].data_type == "s"
    assert sheet["B6"].number_format == "#,##0.00"
    assert sheet["A10"].number_format == "0.0%"
    assert sheet["A5"].font.bold
    assert {str(each) for each in sheet.merged_cells.ranges} == {"A8:A9", "A10:B10"}


@pytest.mark.parametrize(
    "template",
    [
        "<td>x</table></td></tr><tr>y",
        "<table><tr><td colspan=99>x<td rowspan=99999 colspan=-1>y</table>",
        "<table><tr><td rowspan=2>a<td rowspan=2>b<tr><td colspan=3>c</table>",
        "<table><tr><td><table><tr><td>in</td></tr></table></td></tr></table>",
        '<data value="NaN">x</data><data value="1e999">y</data><data value=z>z</data>',
        '<table><tr><td><data value="123456789012345678901">1</data></table>',
        "\ufffe<svg><p>no<svg></svg></svg><p>",
        "<data><table></data><td><th></p>",
    ],
)
def test_a_workbook_takes_html_as_it_comes(printer: Printer, template: str) -> None:
    assert sheet_of(printer, template).max_column <= 200


def test_a_workbook_that_swells_is_refused(printer: Printer) -> None:
    rows = "<table>{% for i in range(30000) %}<tr><td>x</td></tr>{% endfor %}</table>"
    with pytest.raises(ConfinedError) as caught:
        printer.workbook(request_of(rows))
    assert caught.value.message.code == "print_too_large"
    assert list(printer.folder.iterdir()) == []
