"""Findings of those who know field types → problems with the places of their files."""

from __future__ import annotations

from collections.abc import Iterable

from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap
from cardwright_metadata.merging import Merged
from cardwright_metadata.problems import Finding, Problem


def place_findings(merged: Merged, findings: Iterable[Finding]) -> list[Problem]:
    """Return the findings as problems, each at the value or the character that it is about."""
    report = Report([])
    for each in findings:
        kind, _, name = each.address.partition("/")
        _place(report, merged.contents[kind][name], each)
    return report.problems


def _place(report: Report, content: MarkedMap, finding: Finding) -> None:
    if finding.at is None:
        report.add(
            content,
            finding.path,
            finding.code,
            finding.message,
            found=finding.found,
            expected=finding.expected,
            near=finding.nearest,
        )
        return
    error = ExpressionError(
        finding.code,
        finding.message,
        finding.at,
        finding.found,
        finding.expected,
        finding.nearest,
    )
    report.expression(content, finding.path, error)
