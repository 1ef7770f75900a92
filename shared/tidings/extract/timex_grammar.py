"""The forms of time expressions as patterns over the vocabulary; which form a stretch of text has, not what it means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from tidings.extract.timex_words import SEPARATOR, vocabulary

_AMOUNT = r"(?:@hedge )?(?:@count(?:(?P<half> and a half)|(?P<fraction> 1/2))?|@vague)(?: |-)(?:(?:trading|business|working|straight|full|mere) )?@unit"
_CLOCK = (
    r"(?:(?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d))? ?(?P<noon>[ap]\.?m\b\.?)"
    r"|(?P<hour2>[01]?\d|2[0-3]):(?P<minute2>[0-5]\d)(?! ?[ap]\.?m\b)(?!:\d)"
    r"|(?P<hour3>[01]\d|2[0-3])(?P<minute3>[0-5]\d)(?= (?:GMT|UTC|hours|local))"
    r"|(?P<named>noon|midday|midnight))"
)
_ZONE = r"(?: \(?(?:(?P<zone>GMT|UTC)|[ECMP][SD]?T|CES?T|EES?T|BST|MSK|hours|local time)\b\)?)?"
_DATE = r"(?:@weekday,? (?:the )?)?(?:@month (?:the )?@day(?:,? @year)?|(?:the )?@day2 (?:of )?@month2(?:,? @year2)?)"

# Form → pattern. A space stands for the separator, @name for the vocabulary's pattern; a figure behind a name keeps
# two groups of one pattern apart. The longest match at a place wins, then the earlier rule.
_RULES: tuple[tuple[str, str], ...] = (
    ("september11", r"9/11|sept(?:ember|\.)? 11(?:th)?(?:, 2001)?(?= (?:terror|attack|hijack))"),
    ("iso", r"(?P<iso>\d{4}-\d\d-\d\d)(?:[T\x20]\d\d:\d\d(?::\d\d)?Z?)?"),
    ("slashed", r"(?P<a>\d{1,2})(?P<sep>[/.])(?P<b>\d{1,2})(?P=sep)@year"),
    ("date", rf"(?:(?:the )?(?:early |late )?@part of )?{_DATE}"),
    ("days", r"(?:@month @day ?(?:-|–|—|to|through|until) ?(?P<until>[0-3]?\d)(?:st|nd|rd|th)?\b(?:,? @year)?"
             r"|@day2 ?(?:-|–|—|to) ?(?P<until2>[0-3]?\d)(?:st|nd|rd|th)?\b (?:of )?@month2(?:,? @year2)?)"),
    ("days", r"(?<=between\x20)(?:@month @day and (?P<until>[0-3]?\d)(?:st|nd|rd|th)?\b(?:,? @year)?"
             r"|@day2 and (?P<until2>[0-3]?\d)(?:st|nd|rd|th)? (?:of )?@month2(?:,? @year2)?)"),
    ("monthday", r"(?<=on\x20)the (?P<day>[0-3]?\d)(?:st|nd|rd|th)"),
    ("month", r"@modifier?@month(?:,? (?:of )?@year)?"),
    ("whichmonth", r"(?P<which>last|next|this past|this coming|this) @month"),
    ("year", r"@modifier?@year"),
    ("decade", r"(?:the )?@modifier?(?:(?P<decade>(?:1[5-9]|20)\d0)['’]?s|(?<=the\x20)['’](?P<short>[2-9]0)s)"),
    ("century", r"@modifier?(?:(?P<century>\d\d?)(?:st|nd|rd|th)|@centuryword)[-\x20\n]century"),
    ("season", r"(?:the )?@modifier?@season(?: of|,)? @year"),
    ("whichseason", r"(?:(?:early|late) )?(?P<which>last|next|this past|this coming|this) @season"),
    ("bareseason", r"(?:the )?(?P<season>spring|summer|autumn|winter)"),
    ("quarter", r"Q(?P<quarter>[1-4])(?:(?: of|,)? @year)?"
                r"|(?:the )?@ordinal[-\x20\n]quarter(?: of (?:@year2|(?P<which>this|last|next|the) year))?"),
    ("half", r"(?:the )?(?P<halfyear>first|second)[-\x20\n]half of (?:@year|(?P<which>this|last|next|the) year)"),
    ("weekof", r"the (?P<edge>first|last|final) (?P<piece>week|day) of @month(?:,? @year)?"),
    ("weekday", r"(?:(?:early|late)(?: on)? )?(?:(?P<which>last|next|this past|this coming|this|the following|the previous) )?"
                r"@weekday(?: @part| (?:of )?(?P<week>last|this|next) week)?"),
    ("weekday", r"(?:the )?(?:early |late )?@part of @weekday"),
    ("deictic", r"(?:(?:earlier|later|early|late) )?"
                r"(?P<deictic>the day before yesterday|the day after tomorrow|today|yesterday|tomorrow)(?: @part)?"),
    ("daypart", r"(?P<when>tonight|last night|(?:(?:early|late|earlier|later) )?this @part)"),
    ("ago", rf"{_AMOUNT} ago"),
    ("ahead", r"(?<=\bin\x20)(?:@hedge )?@count(?P<half> and a half)? @unit"),
    ("later", rf"{_AMOUNT} (?:(?P<side>earlier|later)(?! than\b)|(?P<side2>before|after)(?=[.,;:)]|\s?\Z))"),
    ("nearby", r"(?:the|that) (?:very )?(?P<side>next|following|previous|preceding|same) (?:@period|@part)"),
    ("samebefore", r"the same (?P<piece>period|month|quarter|time|week|day) (?:(?:of )?(?:the )?last year|(?:a|one) year (?:ago|earlier|before)|"
                   r"(?:of |in )?the previous year)"),
    ("thisperiod", r"(?:(?:late|later|early|earlier) in )?the (?P<period>day|week|month|year)"),
    ("nearby", r"(?P<side>that) (?:same )?(?:@period|@part)"),
    ("edge", r"(?P<edge>earlier|later|early|late) (?P<which>this|last|next) @period"),
    ("which", r"(?P<which>this past|this coming|this|last|next|the last|the past|the next|the current|the coming|the upcoming) @period"),
    ("rolling", rf"(?:the )?(?P<side>past|last|next|coming) (?:@count|@vague) (?:(?:trading|business|working|straight|full) )?@unit"),
    ("recent", r"(?:the )?(?:recent|coming|past) @plural"),
    ("periodedge", r"the (?:very )?(?P<edge>start|beginning|end|middle|close|turn|rest|remainder) of "
                   r"(?:@month(?: @year)?|(?:(?P<which>this|last|next|the) )?(?P<period>week|month|quarter|year|decade|century)|@year2)"),
    ("weekend", r"the weekend"),
    ("set", r"(?:every|each) (?:other )?(?:@weekday|@part|(?:@count )?@unit|@month)"),
    ("rate", r"(?:once|twice|@count times) (?:an?|per|each|every) @unit"),
    ("rate", r"(?:(?<=\d\x20)|(?<=[mb]illion\x20)|(?<=thousand\x20)|(?<=percent\x20)|(?<=%\x20))an? @unit"),
    ("weekdays", r"(?P<weekdays>mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays)"),
    ("frequency", r"@frequency"),
    ("reference", r"@reference|@object"),
    ("duration", _AMOUNT),
    ("duration", r"(?P<vague>decade|year|month|week)s-long|(?:the )@count @unit"),
    ("halfunit", r"half an? @unit"),
    ("vagueduration", r"@plural"),
    ("time", rf"{_CLOCK}{_ZONE}(?: (?:on )?(?:@weekday\b(?!,? @month3)|(?P<deictic>today|tomorrow|yesterday)|{_DATE.replace('@weekday', '@weekday2')}))?"),
    ("time", rf"(?:@weekday|(?P<deictic>today|tomorrow|yesterday)) at {_CLOCK}{_ZONE}"),
    ("holiday", r"@holiday(?:,? @year)?"),
)  # fmt: skip


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
    # A figure right before or behind ("1.5", "12,000", "555-2010") makes it a part of another number or name; the second
    # of two years ("2009-2010") is one all the same.
    left = r"(?<![\w$£€#@])(?<!\d[.,:/])(?:(?<![\w][-–])|(?<=(?:19|20)\d\d[-–])|(?<=mid-)|(?<=pre-)|(?<=post-))"
    right = r"(?![\w%])(?![.,:/]\d)"
    return tuple((name, re.compile(rf"{left}(?:{_filled(rule)}){right}", re.IGNORECASE)) for name, rule in _RULES)


def forms(text: str) -> Iterator[Form]:
    """Iterate over the expressions of a text from left to right; they may overlap, the longest at a place first."""
    found = [
        Form(m.start(), m.end(), name, {k.rstrip("0123456789"): v.lower() for k, v in m.groupdict().items() if v})
        for name, pattern in _patterns()
        for m in pattern.finditer(text)
    ]
    yield from sorted(found, key=lambda form: (form.start, -form.end))
