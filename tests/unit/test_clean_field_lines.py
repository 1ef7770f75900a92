"""Text dumps whose articles begin with lines of fields. All texts were written for these tests."""

from __future__ import annotations

from cleaned_pages import articles_of

from tidings.records import Article

PIER = (
    "The harbour authority in Valmere said on Tuesday that it would close the eastern pier for six weeks after divers found "
    "cracks in four of its pillars, which were built in 1958. Source: the mayor's office."
)
STRIKE = (
    "Members of the teachers' union in Ostrava voted on Monday to accept a pay rise of four percent, which ends a strike."
)


def read(text: str) -> list[Article]:
    return articles_of(text.encode(), "https://a.example/dump.txt", "text/plain")


def test_each_record_gives_its_article_with_what_its_fields_say() -> None:
    pier, strike = read(
        f"Title: Pier closed\nSource: Coast Gazette\nDate: 12 June 2025\nBy: Ida Nolan\n\n{PIER}\n\n{PIER}\n\n----\n\n"
        f"Headline: Strike ends\nOutlet: Moravian Post\nPublished: 2025-06-11T08:00:00Z\nURL: https://b.example/s\n\n{STRIKE}\n"
    )
    assert (pier.title, pier.outlet, pier.byline) == ("Pier closed", "Coast Gazette", "Ida Nolan")
    assert (strike.title, strike.outlet, strike.url) == ("Strike ends", "Moravian Post", "https://b.example/s")
    assert [str(article.published) for article in (pier, strike)] == [
        "2025-06-12 23:59:59+00:00",
        "2025-06-11 08:00:00+00:00",
    ]
    assert (pier.text, strike.text) == (f"{PIER}\n\n{PIER}", STRIKE)


def test_one_record_is_one_article_and_its_title_may_follow_the_fields() -> None:
    (article,) = read(f"Source: Coast Gazette\nDate: 12 June 2025\n\nEastern pier closed for six weeks\n\n{PIER}\n")
    assert (article.title, article.outlet, article.text) == ("Eastern pier closed for six weeks", "Coast Gazette", PIER)


def test_a_single_line_with_a_colon_is_no_record() -> None:
    (article,) = read(f"Eastern pier closed for six weeks\n\n{PIER}\n\nSource: Coast Gazette\n")
    assert article.title == "Eastern pier closed for six weeks"
    assert article.text.startswith(PIER)
