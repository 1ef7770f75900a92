"""Articles that come as JSON lines: texts that somebody else has cleaned already."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tidings import ids
from tidings.cli.moments import moment_of
from tidings.errors import BadInput
from tidings.records import Article, DateSource


def article_in(row: Mapping[str, Any], where: str, *, now: datetime) -> Article:
    """Return the article of a row {"id", "text", "published"?, "modified"?, "fetched_at"?, "title"?, "outlet"?, "url"?}.

    Of two versions of an article the one fetched last speaks. A row that does not say when it was fetched was fetched `now`.
    `where` names the row in errors.

    Raises:
        BadInput: id or text is missing, or a time is none.
    """
    text, name = row.get("text"), row.get("id") or row.get("article_id")
    if not isinstance(text, str) or not text.strip():
        raise BadInput(f'{where}: "text" must be a string with something in it')
    if not name:
        raise BadInput(f'{where}: "id" is missing')
    published, modified = (moment_in(row, field, where) for field in ("published", "modified"))
    described = {key: str(row[key]) for key in ("title", "outlet", "url", "language") if row.get(key)}
    return Article(
        article_id=ids.given_article_id(str(name)),
        version=ids.digest(text, str(published), *(f"{k}={v}" for k, v in sorted(described.items()))),
        text=text,
        published=published,
        published_source=DateSource.GIVEN if published else DateSource.NONE,
        modified=modified,
        modified_source=DateSource.GIVEN if modified else DateSource.NONE,
        fetched_at=(moment_in(row, "fetched_at", where) or now).astimezone(UTC),
        **described,
    )


def moment_in(row: Mapping[str, Any], field: str, where: str) -> datetime | None:
    """Return the time that a row's field tells, None if it tells none.

    Raises:
        BadInput: it is no time; `where` names the row.
    """
    if not row.get(field):
        return None
    try:
        return moment_of(str(row[field]))
    except BadInput as error:
        raise BadInput(f'{where}: "{field}": {error}') from None
