"""The forms of time expressions as patterns over the vocabulary; which form a stretch of text has, not what it means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from tidings.extract.timex_words import SEPARATOR, holiday_names, vocabulary, words

_ADJECTIVE = r"(?:(?:trading|business|working|straight|full|mere) )?"
_COUNTED = r"@count(?:(?P<half> and a half)|(?P<fraction> 1/2))?"
_AMOUNT = rf"(?:(?:@hedge )?{_COUNTED}|@vague)(?: |-){_ADJECTIVE}@unit"
_CLOCK = (
    r"(?:(?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d))? ?(?P<noon>[ap]\.?m\b\.?)"
    r"|(?P<hour2>[01]?\d|2[0-3]):(?P<minute2>[0-5]\d)(?! ?[ap]\.?m\b)(?!:\d)"
    r"|(?P<hour3>[01]\d|2[0-3])(?P<minute3>[0-5]\d)(?= (?:GMT|UTC|hours|local|(?:this|last|yesterday|today|tonight)\b))"
    r"|(?P<hour4>0\d)(?P<minute4>[0-5]\d)(?![\d,.]\d)"
    r"|(?P<named>noon|midday|midnight))"
)
_ZONE = (
    r"(?: (?:(?P<zone>GMT|UTC)|[ECMP][SD]?T|CES?T|EES?T|BST|MSK|hours|local time)\b)?"
    r"(?: \(\d{1,2}[:.]?[0-5]\d (?:GMT|UTC)\))?"
)
_BARE_DATE = r"(?:@month (?:the )?@day(?:,? @year)?|(?:the )?@day2 (?:of )?@month2(?:,? @year2)?)"
_NEAR_DAY = r"(?P<deictic>today|tomorrow|yesterday)"
_FISCAL_QUARTER = r"(?:(?:the )?(?:@ordinal(?:-| )quarter|Q(?P<quarter>[1-4]))(?: of)?(?: the)? )"
_ENDING = "(?:that |which )?(?:ending|ended|ends)(?: (?:in|on))?"
_TO = r" ?(?:-|–|—|to|through|until) ?"
_UNTIL = r"(?P<until>[0-3]?\d)(?:st|nd|rd|th)?\b"

# Form → pattern. A space stands for the separator, @name for the vocabulary's pattern; a figure behind a name keeps
# two groups of one pattern apart. The longest match at a place wins, then the earlier rule.
_RULES: tuple[tuple[str, str], ...] = (
    # Days, months, years
    ("september11", r"9/11|sept(?:ember|\.)? 11(?:th)?(?:, 2001)?(?= (?:terror|attack|hijack))"),
    ("iso", r"(?P<iso>\d{4}-\d\d-\d\d)(?:[T\x20](?P<clock>[01]\d:[0-5]\d|2[0-3]:[0-5]\d)(?::\d\d)?(?P<utc>Z)?)?"),
    ("slashed", r"(?P<a>\d{1,2})(?P<sep>[/.])(?P<b>\d{1,2})(?P=sep)@year"),
    ("date", rf"(?:(?:the )?(?:early |late )?@part of )?(?:@weekday,? (?:the )?)?{_BARE_DATE}"),
    ("days", rf"@month @day{_TO}{_UNTIL}(?:,? @year)?"),
    ("days", rf"@day{_TO}{_UNTIL} (?:of )?@month(?:,? @year)?"),
    ("days", rf"(?<=between\x20)@month @day and {_UNTIL}(?:,? @year)?"),
    ("days", rf"(?<=between\x20)(?:the )?@day and (?:the )?{_UNTIL} (?:of )?@month(?:,? @year)?"),
    ("monthday", r"(?<=on\x20)the (?P<day>[0-3]?\d)(?:st|nd|rd|th)"),
    ("month", r"@modifier?@month(?:,? (?:of )?@year)?"),
    ("whichmonth", r"(?P<which>last|next|this past|this coming|this) @month"),
    ("year", r"@modifier?@year"),
    ("decade", r"(?:the )?@modifier?(?:(?P<decade>(?:1[5-9]|20)\d0)['’]?s|(?<=the\x20)['’](?P<short>[2-9]0)s)"),
    ("century", r"@modifier?(?:(?P<century>\d\d?)(?:st|nd|rd|th)|@centuryword)(?:-| )century(?: @era)?"),
    ("beforechrist", r"(?P<before>\d{1,4}) (?:bce?|b\.c\.(?:e\.)?)"),
    ("season", r"(?:the )?@modifier?@season(?: of|,)? @year"),
    ("whichseason", r"(?:(?:early|late) )?(?P<which>last|next|this past|this coming|this) @season"),
    ("bareseason", r"(?:the )?(?P<season>spring|summer|autumn|winter)"),
    ("quarter", r"Q(?P<quarter>[1-4])(?:(?: of|,)? @year)?"),
    ("quarter", r"(?:the )?@ordinal(?:-| )quarter(?: of (?:@year|(?P<which>this|last|next|the) year))?"),
    ("half", r"(?:the )?(?P<halfyear>first|second)(?:-| )half of (?:@year|(?P<which>this|last|next|the) year)"),
    ("weekof", r"the (?P<edge>first|last|final) (?P<piece>week|day) of @month(?:,? @year)?"),
    ("weekdayof", r"the (?P<nth>first|second|third|fourth|last) @weekday (?:of|in) @month(?:,? @year)?"),
    ("holiday", r"(?:@which )?@holiday(?:,? @year)?"),
    # Fiscal years
    ("fiscal", rf"{_FISCAL_QUARTER}?FY ?['’]?@fiscalyear"),
    ("fiscal", r"FY ?['’]?@fiscalyear(?:-| )?Q(?P<quarter>[1-4])"),
    ("fiscal", rf"{_FISCAL_QUARTER}?FY ?['’]?(?P<year>\d\d)(?:[-–/](?P<until>\d\d)\b)?"),
    ("fiscal", rf"(?:the )?{_FISCAL_QUARTER}?@fiscal(?:(?:-| )year)? @fiscalyear"),
    ("fiscal", rf"(?:the )?{_FISCAL_QUARTER}?@fiscalyear @fiscal(?:-| )year"),
    ("fiscal", rf"{_FISCAL_QUARTER}?@which @fiscal(?:-| )year"),
    ("fiscal", r"(?:the )?(?:@ordinal @fiscal|@fiscal @ordinal2)(?:-| )quarter(?: of @year)?"),
    ("fiscal", rf"(?:the )?@fiscal(?:-| )year {_ENDING} @month(?: @day)?(?:,? @year)?"),
    ("fiscal", rf"(?:the )?@fiscal(?:-| )year {_ENDING} @day @month(?:,? @year)?"),
    # From the publication
    ("weekday", r"(?:(?:early|late)(?: on)? )?@weekday(?: @part| (?:of )?(?P<week>last|this|next) week)?"),
    ("weekday", r"(?P<which>last|next|this past|this coming|this|the following|the previous) @weekday(?: @part)?"),
    ("weekday", r"(?:the )?(?:early |late )?@part of @weekday"),
    ("deictic", rf"(?:(?:earlier|later|early|late) )?{_NEAR_DAY}(?: @part)?"),
    ("deictic", r"(?P<deictic>the day before yesterday|the day after tomorrow)"),
    ("daypart", r"(?P<when>tonight|last night|(?:(?:early|late|earlier|later) )?this @part)"),
    ("ago", rf"{_AMOUNT} ago"),
    ("ahead", rf"(?<=\bin\x20)(?:@hedge )?{_COUNTED} @unit"),
    ("edge", r"(?P<edge>earlier|later|early|late) (?P<which>this|last|next) @period"),
    # Anchored to a date of the text; "nearby" comes before "which" and leaves it "over the next decade"
    ("later", rf"{_AMOUNT} (?:(?P<side>earlier|later)(?! than\b)|(?P<side2>before|after)(?=[.,;:)]|\s?\Z))"),
    ("samebefore", r"the same (?P<piece>period|month|quarter|week|day) (?:of |in )?(?:(?:the )?last|the previous) year"),
    ("samebefore", r"the same (?P<piece>period|month|quarter|week|day) (?:a|one) year (?:ago|earlier|before)"),
    ("thisperiod", r"(?:(?:late|later|early|earlier) in )?the (?P<period>day|week|month|year)"),
    ("thisperiod", r"the (?:start|beginning|close) of the (?P<period>day)"),
    ("nearby", r"(?:the|that) (?:very )?(?P<side>next|following|previous|preceding|same) (?:@period|@part)"),
    ("nearby", r"(?P<side>that) (?:@period|@part)"),
    ("which", r"(?P<which>this past|this coming|this|last|next) @period"),
    ("which", r"(?P<which>the (?:last|past|next|current|coming|upcoming)) @period"),
    ("rolling", rf"(?:the )?(?P<side>past|last|next|coming) (?:@count|@vague) {_ADJECTIVE}@unit"),
    ("periodedge", r"the (?:very )?@edge of (?:@month(?: @year)?|@year2)"),
    (
        "periodedge",
        r"the (?:very )?@edge of (?:(?P<which>this|last|next|the) )?(?P<period>week|month|quarter|year|decade|century)",
    ),
    ("weekend", r"the weekend"),
    (
        "partof",
        r"the (?P<edge>first|last|final) @count @unit of (?:@month(?:,? @year)?|@year2|(?P<which>this|last|the) year)",
    ),
    ("bareday", r"the (?:early |late )?@part"),
    ("overnight", r"overnight"),
    ("time", rf"{_CLOCK}{_ZONE}(?: (?:on )?(?:@weekday\b(?!,? @month3)|{_NEAR_DAY}|(?:@weekday2,? )?{_BARE_DATE}))?"),
    ("time", rf"(?:@weekday|{_NEAR_DAY}) at {_CLOCK}{_ZONE}"),
    # Sets, references, durations
    ("set", r"(?:every|each) (?:other )?(?:@weekday|@part|(?:@count )?@unit|@month)"),
    ("rate", r"(?:once|twice|@count times) (?:an?|per|each|every) @unit"),
    ("rate", r"(?:(?<=\d\x20)|(?<=[mb]illion\x20)|(?<=thousand\x20)|(?<=percent\x20)|(?<=%\x20))an? @unit"),
    ("rate", r"(?:(?<=hours\x20)|(?<=days\x20))an? @unit"),
    ("weekdays", r"(?P<weekdays>mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays)"),
    ("frequency", r"@frequency"),
    ("reference", r"@reference|@object"),
    ("duration", _AMOUNT),
    ("duration", r"the @count @unit"),
    ("duration", r"(?P<count>an?|one) @unit(?P<half> and a half)"),
    ("longduration", r"@plural-long"),
    ("recent", r"(?:the )?(?:recent|coming|past) @plural"),
    ("vagueduration", r"@plural"),
)


_OPENING_CLASSES = (
    "month", "month_short", "weekday", "weekday_short", "season", "daypart", "count", "vague", "ordinal", "century_word",
    "hedge", "reference", "reference_object", "frequency", "plural",
)  # fmt: skip
_OPENING_WORDS = frozenset(
    {
        "the",
        "this",
        "that",
        "last",
        "next",
        "past",
        "coming",
        "recent",
        "early",
        "late",
        "earlier",
        "later",
        "mid",
        "every",
        "each",
    }
    | {
        "fiscal",
        "financial",
        "once",
        "twice",
        "half",
        "noon",
        "midday",
        "midnight",
        "overnight",
        "today",
        "tomorrow",
        "yesterday",
        "tonight",
    }
)


class Form(NamedTuple):
    """A time expression's form: its span, the rule's name, and the rule's named parts that are there."""

    start: int
    end: int
    rule: str
    parts: dict[str, str]

    def get(self, part: str) -> str:
        """Return a part's text in lower case, or ""."""
        return self.parts.get(part, "")


def _filled(rule: str) -> str:
    vocab = vocabulary()

    def named(found: re.Match[str]) -> str:
        name, figure = found.groups()
        return vocab[name].replace(f"(?P<{name}>", f"(?P<{name}{figure}>")

    return re.sub(r"@([a-z]+)(\d?)", named, rule.replace(" ", SEPARATOR))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    # A figure right behind ("12,000", "1.5") makes it a part of another number.
    return tuple((name, re.compile(rf"(?:{_filled(rule)})(?![\w%])(?![.,:/]\d)", re.IGNORECASE)) for name, rule in _RULES)


@cache
def _openings() -> re.Pattern[str]:
    """Return the pattern of the places where an expression may begin: all rules are tried there, and nowhere else."""
    opening = holiday_names().union(*(words(kind) for kind in _OPENING_CLASSES))
    spelt = sorted({re.split(r"[\s'’.-]", word)[0] for word in opening} | _OPENING_WORDS)
    named = "|".join(re.escape(word) for kind in ("month", "weekday") for word in words(kind))
    # A sign or figure right before makes it a part of another number or name ("$2000", "1.5", "A-2010"); but the second of
    # two years ("2009-2010") or days ("Monday-Friday") is one all the same.
    years = r"(?<=(?:19|20)\d\d[-–])|(?<=mid-)|(?<=pre-)|(?<=post-)"
    left = rf"(?<![\w$£€#@])(?<!\d[.,:/])(?:(?<!\w[-–])|{years}|(?<=[-–])(?=(?:{named})\b))"
    return re.compile(
        rf"{left}(?=\d|['’]\d|q[1-4]|fy ?['’]?\d|(?:{'|'.join(map(re.escape, spelt))})s?(?![a-z]))", re.IGNORECASE
    )


def forms(text: str) -> Iterator[Form]:
    """Iterate over the expressions of a text from left to right; they may overlap, the longest at a place first."""
    for opening in _openings().finditer(text):
        matches = [(m, name) for name, pattern in _patterns() if (m := pattern.match(text, opening.start()))]
        for m, name in sorted(matches, key=lambda match: -match[0].end()):
            parts = {k.rstrip("0123456789"): v.lower() for k, v in m.groupdict().items() if v}
            yield Form(m.start(), m.end(), name, parts)
