"""The report of any answer: its own parts as sections, and how to check them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from countervail.present.document import Document
from countervail.present.page.cells import page_table, true_minus
from countervail.present.page.report import (
    FactList,
    PageBlock,
    PageSection,
    PageSheet,
    ReportPage,
    Said,
)
from countervail.present.parts import Bullets, DocumentTable, Heading, Part, Words
from countervail.present.sentences.language import Language


def plain_page(document: Document, title: str, language: Language, command: str = "") -> ReportPage:
    """Return the report of an answer that has no figures of its own.

    Args:
        document: the answer.
        title: what it is of.
        language: of the page's own words.
        command: that gives the same answer; nothing where it is not known.
    """
    groups: list[tuple[str, list[Part]]] = [("", [])]
    for part in document.parts:
        if isinstance(part, Heading):
            groups.append((language.told(part.text), []))
        else:
            groups[-1][1].append(part)
    first, *rest = groups
    below = [part.text for part in first[1] if isinstance(part, Words) and part.text.strip()]
    first_screen = told(document.data)
    # the title of an answer stands above its parts; its first screen says more
    below = below[1:] if first_screen else below
    said = [*first_screen, *map(language.told, below)]
    sections = [
        PageSection(f"s{k}", heading, blocks(parts, language, f"s{k}"))
        for k, (heading, parts) in enumerate(rest)
    ]
    tables = [part for part in first[1] if not isinstance(part, Words)]
    answer = blocks(tables, language, "answer")
    if answer:
        sections.insert(0, PageSection("first", language.template("page.answer"), answer))
    sections.append(
        PageSection("sure", language.template("page.check"), check(document, language, command))
    )
    return ReportPage(
        language=language,
        kind=language.part("page.kind", what=title),
        headline=said[0] if said else title,
        leads=said[1:],
        status=certified(document.data, language),
        sections=[section for section in sections if section.blocks],
    )


def told(data: Mapping[str, Any]) -> list[str]:
    """Return the sentences of an answer's first screen; none where it has no headline."""
    says = data.get("says")
    if not isinstance(says, Mapping) or "headline" not in says:
        return []
    sentences = [str(says["headline"]).removesuffix("."), str(says.get("more") or "")]
    return [true_minus(one) for one in sentences if one]


def blocks(parts: Sequence[Part], language: Language, key: str) -> list[PageBlock]:
    """Return parts of an answer as blocks of a page; a heading is the title of what follows."""
    made: list[PageBlock] = []
    title = ""
    for part in parts:
        if isinstance(part, Heading):
            title = language.told(part.text)
        elif isinstance(part, DocumentTable):
            table = page_table(f"{key}-{len(made)}", part, language)
            made.append(PageSheet(title, table))
            title = ""
        elif isinstance(part, Bullets):
            made.append(
                Said([language.told(true_minus(one)) for one in part.sentences], listed=True)
            )
        elif isinstance(part, Words) and (part.lead + part.text).strip():
            made.append(Said([language.told(true_minus(f"{part.lead}{part.text}".strip()))]))
    return made


def table_under(parts: Sequence[Part], heading: str) -> DocumentTable | None:
    """Return the first table under a heading of an answer."""
    under = False
    for part in parts:
        if isinstance(part, Heading):
            under = part.text == heading
        elif under and isinstance(part, DocumentTable):
            return part
    return None


def certified(data: Mapping[str, Any], language: Language) -> str:
    """Return that an answer is certified, and how many of its draws are; nothing of what was not
    solved, such as a text that was read or a list of law."""
    drawn = next(
        (
            one
            for one in (data.get("ranges"), data.get("draws"))
            if isinstance(one, Mapping) and "draws" in one and "answered" in one
        ),
        None,
    )
    if drawn is not None:
        said = language.part("screen.certified", k=drawn["answered"], n=drawn["draws"])
        return said.removesuffix(".")
    if "ranges" in data and data["ranges"] is None:
        return str(language.template("screen.certified_point")).removesuffix(".")
    solved = not {"certificate", "residual"}.isdisjoint(data)
    return str(language.template("page.certified")) if solved else ""


def check(document: Document, language: Language, command: str = "") -> list[PageBlock]:
    """Return how an answer is checked: certificate, hashes, command, and how it is cited."""
    data = document.data
    manifest = data.get("manifest") or {}
    facts: list[tuple[str, str, bool]] = []

    def add(key: str, text: str, *, code: bool = False) -> None:
        if text:
            facts.append((language.template(f"page.{key}"), text, code))

    lead = [part for part in document.parts if isinstance(part, Words) and part.lead]
    certificate = " ".join(f"{part.lead}{part.text}" for part in lead).replace("\n", " ")
    add("certificate", language.told(true_minus(certificate)))
    for key in ("world", "ledger"):
        known = manifest.get(key)
        if known:
            name = known.get("name", "")
            hashed = language.part("page.hash", hash=str(known.get("hash", ""))[:12])
            add(key, ", ".join(one for one in (name, hashed) if one))
    add("command", command, code=True)
    found: list[PageBlock] = [FactList(facts)] if facts else []
    cited = data.get("cite")
    if cited:
        found.append(Said([language.template("page.cite")]))
        found.append(Said([language.told(one) for one in cited], listed=True))
    return found
