"""Workbooks written part by part, so that tests can make them lie."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
</Types>"""  # noqa: E501 - names of the format
ROOT = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>
</Relationships>"""  # noqa: E501 - names of the format
WORKBOOK = """<?xml version="1.0" encoding="UTF-8"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"""  # noqa: E501 - a whole file in one line
RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>
</Relationships>"""  # noqa: E501 - names of the format
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet(rows: str, *, dimension: str = "", before: str = "") -> str:
    """Return the XML of a worksheet with these rows."""
    said = f'<dimension ref="{dimension}"/>' if dimension else ""
    return f"{HEAD}{before}<worksheet {MAIN}>{said}<sheetData>{rows}</sheetData></worksheet>"


def text_row(number: int, *texts: str) -> str:
    """Return the XML of a row of texts."""
    cells = "".join(
        f'<c r="{letters(column)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for column, text in enumerate(texts)
    )
    return f'<row r="{number}">{cells}</row>'


def letters(column: int) -> str:
    """Return the letters of a column, from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def parts(worksheet: str) -> dict[str, bytes]:
    """Return the parts of a workbook with one sheet."""
    return {
        "[Content_Types].xml": CONTENT_TYPES.encode(),
        "_rels/.rels": ROOT.encode(),
        "xl/workbook.xml": WORKBOOK.encode(),
        "xl/_rels/workbook.xml.rels": RELATIONS.encode(),
        "xl/worksheets/sheet1.xml": worksheet.encode(),
    }


def packed(content: Mapping[str, bytes]) -> bytes:
    """Zip the parts as an office program does."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in content.items():
            archive.writestr(name, body)
    return target.getvalue()


def workbook(worksheet: str, **more: bytes) -> bytes:
    """Return a workbook with one sheet and further parts."""
    return packed({**parts(worksheet), **more})


def overlapping(count: int, size: int) -> bytes:
    """Return an archive whose many entries all share one compressed content."""
    body = zlib.compress(b"0" * size, 9)[2:-4]
    name = b"a"
    local = struct.pack(
        "<4s5H3L2H",
        *(b"PK\x03\x04", 20, 0, 8, 0, 0, zlib.crc32(b"0" * size), len(body), size, len(name), 0),
    )
    directory = b""
    for number in range(count):
        entry = f"xl/{number}.xml".encode()
        directory += struct.pack(
            "<4s6H3L5H2L",
            *(b"PK\x01\x02", 20, 20, 0, 8, 0, 0, zlib.crc32(b"0" * size), len(body), size),
            *(len(entry), 0, 0, 0, 0, 0, 0),
        )
        directory += entry
    start = local + name + body
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(start), 0)
    return start + directory + end


def lying_size(content: bytes, name: str, size: int) -> bytes:
    """Return an archive whose directory says another unpacked size of one entry."""
    raw = bytearray(content)
    place = raw.rfind(b"PK\x01\x02", 0, raw.rfind(name.encode()))
    raw[place + 24 : place + 28] = struct.pack("<L", size)
    return bytes(raw)
