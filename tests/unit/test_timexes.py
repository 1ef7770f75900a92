"""Time expressions: spans, values and days, on own sentences. The articles are of Friday, 13 June 2025, 18:00 UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pycountry
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from tests.growth import grows_in_proportion
from tidings.extract.pipeline import load_extractor
from tidings.extract.timex_calendar import days_of, moved, period, weekday_near, year_of_day, year_of_month
from tidings.extract.timex_grammar import forms
from tidings.extract.timex_words import words
from tidings.extract.timexes import find_timexes
from tidings.ids import ArticleId
from tidings.records import Timex
from tidings.settings import Settings
from tidings.tables import rows

FRIDAY = datetime(2025, 6, 13, 18, tzinfo=UTC)


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(Settings().model_folder())


def found(nlp: Language, text: str, published: datetime | None = FRIDAY) -> list[Timex]:
    return list(find_timexes(nlp(text), published))


def told(timexes: list[Timex]) -> list[str]:
    """Write each as "text | TYPE value", with its days where it names some: "| day" or "| first..last"."""
    lines = []
    for t in timexes:
        days = [] if t.first is None else [t.first if t.first == t.last else f"{t.first}..{t.last}"]
        lines.append(" | ".join([t.text, f"{t.type.value} {t.value}", *days]))
    return lines


WEEKDAYS = [
    ("Both sides confirmed the swap on Friday.", "Friday | DATE 2025-06-13 | 2025-06-13"),
    ("The bridge collapsed on Wednesday.", "Wednesday | DATE 2025-06-11 | 2025-06-11"),
    ("Friday's blast killed two people.", "Friday | DATE 2025-06-13 | 2025-06-13"),
    ("The ministers will meet on Monday.", "Monday | DATE 2025-06-16 | 2025-06-16"),
    ("The ministers will meet on Friday.", "Friday | DATE 2025-06-13 | 2025-06-13"),
    ("The parties agreed to meet again on Monday.", "Monday | DATE 2025-06-16 | 2025-06-16"),
    ("They are meeting on Sunday in Cairo.", "Sunday | DATE 2025-06-15 | 2025-06-15"),
    ("The court begins hearing the case on Monday.", "Monday | DATE 2025-06-16 | 2025-06-16"),
    ("The vote has been postponed until Saturday.", "Saturday | DATE 2025-06-14 | 2025-06-14"),
    ("The meeting is set for Monday.", "Monday | DATE 2025-06-16 | 2025-06-16"),
    ("The truce was to begin on Saturday.", "Saturday | DATE 2025-06-14 | 2025-06-14"),
    ("A debate comes before Sunday's runoff.", "Sunday | DATE 2025-06-15 | 2025-06-15"),
    ("Officials planned to meet in Rome on Monday.", "Monday | DATE 2025-06-16 | 2025-06-16"),
    ("With Wednesday's debate approaching, both rehearse.", "Wednesday | DATE 2025-06-18 | 2025-06-18"),
    ("Ahead of Sunday's election, parties held rallies.", "Sunday | DATE 2025-06-15 | 2025-06-15"),
    ("He had been expected to leave on Wednesday but stayed.", "Wednesday | DATE 2025-06-11 | 2025-06-11"),
    ("Aid arrived last Friday.", "last Friday | DATE 2025-06-06 | 2025-06-06"),
    ("The talks will resume next Friday.", "next Friday | DATE 2025-06-20 | 2025-06-20"),
    ("Since Tuesday, no train has left.", "Tuesday | DATE 2025-06-10 | 2025-06-10"),
    ("It fell late Thursday.", "late Thursday | DATE 2025-06-12 | 2025-06-12"),
    ("It burned in the early hours of Tuesday.", "the early hours of Tuesday | TIME 2025-06-10TMO | 2025-06-10"),
    ("They gathered on Saturday night.", "Saturday night | TIME 2025-06-07TNI | 2025-06-07"),
]

NEAR_DAYS = [
    ("The town was shelled today.", "today | DATE 2025-06-13 | 2025-06-13"),
    ("He fled yesterday.", "yesterday | DATE 2025-06-12 | 2025-06-12"),
    ("The pair will fly home the day after tomorrow.", "the day after tomorrow | DATE 2025-06-15 | 2025-06-15"),
    ("Police arrested him this morning.", "this morning | TIME 2025-06-13TMO | 2025-06-13"),
    ("The roof burned last night.", "last night | TIME 2025-06-12TNI | 2025-06-12"),
    ("Shells fell on the town overnight.", "overnight | TIME 2025-06-13TNI | 2025-06-12..2025-06-13"),
]

CALENDAR_DATES = [
    ("The pact was signed on Friday, June 13, 2025.", "Friday, June 13, 2025 | DATE 2025-06-13 | 2025-06-13"),
    ("It was founded on 4 May 1998.", "4 May 1998 | DATE 1998-05-04 | 1998-05-04"),
    ("He was sworn in on Jan. 20.", "Jan. 20 | DATE 2025-01-20 | 2025-01-20"),
    ("The port was closed on Dec. 12.", "Dec. 12 | DATE 2024-12-12 | 2024-12-12"),
    ("The court will rule on May 2.", "May 2 | DATE 2026-05-02 | 2026-05-02"),
    ("The summit is scheduled for July 2.", "July 2 | DATE 2025-07-02 | 2025-07-02"),
    ("He died on the night of 4 May.", "the night of 4 May | TIME 2025-05-04TNI | 2025-05-04"),
    ("The strike began on the 3rd.", "the 3rd | DATE 2025-06-03 | 2025-06-03"),
    ("The plant closed on 6/23/2024.", "6/23/2024 | DATE 2024-06-23 | 2024-06-23"),
    ("The plant closed on 6/7/2024.", "6/7/2024 | DATE 2024-XX-XX"),
    ("The log says 2025-06-12.", "2025-06-12 | DATE 2025-06-12 | 2025-06-12"),
    ("The log says 2025-06-12T10:00:00Z.", "2025-06-12T10:00:00Z | TIME 2025-06-12T10:00Z | 2025-06-12"),
    ("Shops closed on Christmas Eve.", "Christmas Eve | DATE 2024-12-24 | 2024-12-24"),
    ("After the September 11 attacks, guards were hired.", "September 11 | DATE 2001-09-11 | 2001-09-11"),
]

MONTHS_AND_LONGER = [
    ("Sales rose in September.", "September | DATE 2024-09 | 2024-09-01..2024-09-30"),
    ("The firm plans to open the mine in September.", "September | DATE 2025-09 | 2025-09-01..2025-09-30"),
    ("They may meet in March.", "March | DATE 2026-03 | 2026-03-01..2026-03-31"),
    ("He was freed last May.", "last May | DATE 2025-05 | 2025-05-01..2025-05-31"),
    ("He has been in prison since last August.", "last August | DATE 2024-08 | 2024-08-01..2024-08-31"),
    ("The dam was finished in May 2010.", "May 2010 | DATE 2010-05 | 2010-05-01..2010-05-31"),
    ("He resigned in early 2011.", "early 2011 | DATE 2011 | 2011-01-01..2011-12-31"),
    ("The army left in 2014.", "2014 | DATE 2014 | 2014-01-01..2014-12-31"),
    ("It grew in the 2009-2010 season.", "2009 | DATE 2009 | 2009-01-01..2009-12-31"),
    ("It was restored in the 1990s.", "the 1990s | DATE 199 | 1990-01-01..1999-12-31"),
    ("It was built in the 12th century.", "12th century | DATE 11 | 1100-01-01..1199-12-31"),
    ("It grew in the nineteenth century.", "nineteenth century | DATE 18 | 1800-01-01..1899-12-31"),
    ("Exports fell in Q3 2024.", "Q3 2024 | DATE 2024-Q3 | 2024-07-01..2024-09-30"),
    ("Exports fell in the fourth quarter.", "the fourth quarter | DATE 2024-Q4 | 2024-10-01..2024-12-31"),
    ("It sank in the first half of 2011.", "the first half of 2011 | DATE 2011-H1 | 2011-01-01..2011-06-30"),
    ("It sank in the winter of 2011.", "the winter of 2011 | DATE 2011-WI | 2011-12-01..2012-02-29"),
    ("Fires raged last summer.", "last summer | DATE 2024-SU | 2024-06-01..2024-08-31"),
    ("It rained in the last week of March.", "the last week of March | DATE 2025-W13 | 2025-03-24..2025-03-30"),
    ("It will close by the end of the year.", "the end of the year | DATE 2025 | 2025-01-01..2025-12-31"),
]

PERIODS_FROM_THE_PUBLICATION = [
    ("The pact was signed earlier this month.", "earlier this month | DATE 2025-06 | 2025-06-01..2025-06-13"),
    ("They spoke earlier this week.", "earlier this week | DATE 2025-W24 | 2025-06-09..2025-06-13"),
    ("They will speak later this year.", "later this year | DATE 2025 | 2025-06-13..2025-12-31"),
    ("Over the past week, both held swaps.", "the past week | DURATION P1W | 2025-06-06..2025-06-13"),
    ("In the past week, both held swaps.", "the past week | DURATION P1W | 2025-06-06..2025-06-13"),
    ("It rained for the past five days.", "the past five days | DURATION P5D | 2025-06-08..2025-06-13"),
    ("It will change over the next decade.", "the next decade | DURATION P10Y | 2025-06-13..2035-06-13"),
    ("The siege ended last month.", "last month | DATE 2025-05 | 2025-05-01..2025-05-31"),
    ("It opened this week.", "this week | DATE 2025-W24 | 2025-06-09..2025-06-15"),
    ("Next year's games are in Rome.", "Next year | DATE 2026 | 2026-01-01..2026-12-31"),
    ("They rested last weekend.", "last weekend | DATE 2025-W23-WE | 2025-06-07..2025-06-08"),
    ("He was appointed four years ago.", "four years ago | DATE 2021 | 2021-01-01..2021-12-31"),
    ("He left three weeks ago.", "three weeks ago | DATE 2025-W21 | 2025-05-19..2025-05-25"),
    ("He left two hours ago.", "two hours ago | TIME 2025-06-13T16 | 2025-06-13"),
    ("They will be back in three weeks.", "three weeks | DATE 2025-W27 | 2025-06-30..2025-07-06"),
    ("They built it in three weeks.", "three weeks | DURATION P3W"),
]

RANGES = [
    ("From June 6 to 13, the port was closed.", "June 6 to 13 | DURATION P8D | 2025-06-06..2025-06-13"),
    ("The talks were held June 6-13.", "June 6-13 | DURATION P8D | 2025-06-06..2025-06-13"),
    ("It was shut between June 6 and 13.", "June 6 and 13 | DURATION P8D | 2025-06-06..2025-06-13"),
    ("It was shut 6-13 June 2024.", "6-13 June 2024 | DURATION P8D | 2024-06-06..2024-06-13"),
    ("Between 2014 and 2019, exports fell.", "2014 and 2019 | DURATION P6Y | 2014-01-01..2019-12-31"),
    ("From March to May 2024, it was shut.", "March to May 2024 | DURATION P3M | 2024-03-01..2024-05-31"),
    ("From June 30 to July 4, 2024, it rained.", "June 30 to July 4, 2024 | DURATION P5D | 2024-06-30..2024-07-04"),
    ("From Monday to Wednesday, schools were shut.", "Monday to Wednesday | DURATION P3D | 2025-06-09..2025-06-11"),
    # The publication's day is inside, or the tense of one end would put it on the wrong side of the other.
    ("The museum will be shut from Thursday to Saturday.", "Thursday to Saturday | DURATION P3D | 2025-06-19..2025-06-21"),
    ("The pier was shut from Wednesday to Saturday.", "Wednesday to Saturday | DURATION P4D | 2025-06-11..2025-06-14"),
    ("Dockers are to strike from Wednesday to Sunday.", "Wednesday to Sunday | DURATION P5D | 2025-06-18..2025-06-22"),
    ("Snow fell between Thursday and Sunday.", "Thursday and Sunday | DURATION P4D | 2025-06-12..2025-06-15"),
    ("The fair runs Thursday through Saturday.", "Thursday through Saturday | DURATION P3D | 2025-06-12..2025-06-14"),
    ("The ferry did not sail from Friday to Friday.", "Friday to Friday | DURATION P8D | 2025-06-13..2025-06-20"),
    ("The truce from Saturday until Monday held.", "Saturday until Monday | DURATION P3D | 2025-06-07..2025-06-09"),
    ("The dam will be closed from April to July.", "April to July | DURATION P4M | 2026-04-01..2026-07-31"),
    ("The pass was closed from November to March.", "November to March | DURATION P5M | 2024-11-01..2025-03-31"),
    ("The envoy will stay from June 30 to July 9.", "June 30 to July 9 | DURATION P10D | 2025-06-30..2025-07-09"),
    ("It sank in the last three months of 2024.", "the last three months of 2024 | DURATION P3M | 2024-10-01..2024-12-31"),
]

CENTURIES = [
    ("The abbey was founded in the ninth century.", "ninth century | DATE 08 | 0800-01-01..0899-12-31"),
    ("The wall is of the late second century.", "late second century | DATE 01 | 0100-01-01..0199-12-31"),
    ("The tomb is of the 4th century BC.", "4th century BC | DATE BC03"),
    ("The mosaic is of the fifth century A.D. at least.", "fifth century A.D. | DATE 04 | 0400-01-01..0499-12-31"),
    ("The city fell in 146 BC.", "146 BC | DATE BC0146"),
]

FISCAL_YEARS = [
    ("Profits fell in FY2022.", "FY2022 | DATE FY2022"),
    ("Profits fell in FY24.", "FY24 | DATE FY2024"),
    ("Profits fell in Q2 FY2024.", "Q2 FY2024 | DATE FY2024-Q2"),
    ("The bank made a loss in fiscal 2021.", "fiscal 2021 | DATE FY2021"),
    ("The bank made a loss in the second quarter of fiscal 2021.", "the second quarter of fiscal 2021 | DATE FY2021-Q2"),
    ("The bank made a loss in the fiscal second quarter.", "the fiscal second quarter | DATE FYXXXX-Q2"),
    ("The plan is for the 2026-27 fiscal year.", "the 2026-27 fiscal year | DATE FY2027"),
    ("Sales in the financial year 2023/24 fell.", "the financial year 2023/24 | DATE FY2024"),
    (
        "Sales rose in the fiscal year that ended in March 2023.",
        "the fiscal year that ended in March 2023 | DATE FY2023 | 2022-04-01..2023-03-31",
    ),
    (
        "Sales rose in the fiscal year ended 30 June 2024.",
        "the fiscal year ended 30 June 2024 | DATE FY2024 | 2023-07-01..2024-06-30",
    ),
]

HOLIDAYS = [
    ("Prayers were held on Good Friday.", "Good Friday | DATE 2025-04-18 | 2025-04-18"),
    ("The pool will open on Easter Monday 2026.", "Easter Monday 2026 | DATE 2026-04-06 | 2026-04-06"),
    ("The two met last Easter.", "last Easter | DATE 2025-04-20 | 2025-04-20"),
    ("Monks will gather for Orthodox Easter.", "Orthodox Easter | DATE 2026-04-12 | 2026-04-12"),
    ("The market burned during Ramadan.", "Ramadan | DURATION P29D | 2025-03-01..2025-03-29"),
    ("They will talk after Eid al-Adha.", "Eid al-Adha | DATE 2025-06-06 | 2025-06-06"),
    ("The mill will close before Diwali.", "Diwali | DATE 2025-10-20 | 2025-10-20"),
    ("Trains were full on Lunar New Year.", "Lunar New Year | DATE 2025-01-29 | 2025-01-29"),
    ("Streets were empty on Yom Kippur 2023.", "Yom Kippur 2023 | DATE 2023-09-25 | 2023-09-25"),
    ("The stores did well on Thanksgiving.", "Thanksgiving | DATE 2024-11-28 | 2024-11-28"),
    ("He fled on New Year’s Eve.", "New Year’s Eve | DATE 2024-12-31 | 2024-12-31"),
    ("Guns were fired on Independence Day.", "Independence Day | DATE XXXX-XX-XX"),
    ("Nobody knows when Ramadan 2097 begins.", "Ramadan 2097 | DATE 2097-XX-XX"),
]

CLOCK_TIMES = [
    ("At 3 a.m. on Tuesday, shells hit the market.", "3 a.m. on Tuesday | TIME 2025-06-10T03:00 | 2025-06-10"),
    ("The gate opened at 15:00 GMT.", "15:00 GMT | TIME 2025-06-13T15:00Z | 2025-06-13"),
    ("The guard was hit at approximately 2230 last night.", "2230 | TIME 2025-06-12T22:30 | 2025-06-12"),
    ("They left at 9 p.m. last night.", "9 p.m. | TIME 2025-06-12T21:00 | 2025-06-12"),
    ("The ferry sailed at 0615.", "0615 | TIME 2025-06-13T06:15 | 2025-06-13"),
    ("It stopped at 6 a.m. (0300 GMT) on Monday.", "6 a.m. (0300 GMT) on Monday | TIME 2025-06-09T06:00 | 2025-06-09"),
    ("It will end at noon on Sunday.", "noon on Sunday | TIME 2025-06-15T12:00 | 2025-06-15"),
]

DAYS_OF_A_MONTH = [
    ("The parade was held on the first Sunday in May.", "the first Sunday in May | DATE 2025-05-04 | 2025-05-04"),
    ("The vote will be on the first Sunday in September.", "the first Sunday in September | DATE 2025-09-07 | 2025-09-07"),
    ("In the first week of June he left.", "the first week of June | DATE 2025-W23 | 2025-06-02..2025-06-08"),
]

DURATIONS_AND_SETS = [
    ("He was jailed for two and a half years.", "two and a half years | DURATION P2.5Y"),
    ("The truce will last two dozen days.", "two dozen days | DURATION P24D"),
    ("They have fought for more than two years.", "more than two years | DURATION P2Y"),
    ("They have fought for decades.", "decades | DURATION PXY"),
    ("They met within 48 hours.", "48 hours | DURATION PT48H"),
    ("They met over three days.", "three days | DURATION P3D"),
    ("It was the first storm in over a year.", "over a year | DURATION P1Y"),
    ("They spoke for half an hour.", "half an hour | DURATION PT30M"),
    ("They signed a 90-day truce.", "90-day | DURATION P90D"),
    ("Two days after the attack, he resigned.", "Two days | DURATION P2D"),
    ("He visits every Friday.", "every Friday | SET XXXX-WXX-5"),
    ("He visits every two weeks.", "every two weeks | SET P2W"),
    ("He calls twice a year.", "twice a year | SET P1Y"),
    ("They build 15 a year.", "a year | SET P1Y"),
    ("He swims on Sundays.", "Sundays | SET XXXX-WXX-7"),
    ("The army recently left.", "recently | DATE PAST_REF"),
]

ALL = (
    WEEKDAYS + NEAR_DAYS + CALENDAR_DATES + MONTHS_AND_LONGER + PERIODS_FROM_THE_PUBLICATION + RANGES + CLOCK_TIMES
    + CENTURIES + FISCAL_YEARS + HOLIDAYS
    + DAYS_OF_A_MONTH + DURATIONS_AND_SETS
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ALL)
def test_an_expression_has_its_span_value_and_days(nlp: Language, text: str, expected: str) -> None:
    assert told(found(nlp, text))[0] == expected


OF_A_COUNTRY = [
    ("Peru's Independence Day will be calm.", "Independence Day | DATE 2025-07-28 | 2025-07-28"),
    ("Guns were fired in Accra on Independence Day.", "Independence Day | DATE 2025-03-06 | 2025-03-06"),
    ("Leaders of Ghana and Peru spoke of Independence Day.", "Independence Day | DATE XXXX-XX-XX"),
    ("Shops in Toronto were shut on Thanksgiving.", "Thanksgiving | DATE 2024-10-14 | 2024-10-14"),
    ("Greeks lit fires on Good Friday 2024.", "Good Friday 2024 | DATE 2024-05-03 | 2024-05-03"),
    ("Brazil's unions marched on Labor Day.", "Labor Day | DATE 2025-05-01 | 2025-05-01"),
    ("Pakistan's parliament passed a budget for fiscal 2026.", "fiscal 2026 | DATE FY2026 | 2025-07-01..2026-06-30"),
    ("Japan's fiscal 2024 is over.", "fiscal 2024 | DATE FY2024 | 2024-04-01..2025-03-31"),
    (
        "The U.S. deficit grew in the first quarter of fiscal 2025.",
        "the first quarter of fiscal 2025 | DATE FY2025-Q1 | 2024-10-01..2024-12-31",
    ),
    ("The U.S. government has spent more this fiscal year.", "this fiscal year | DATE FY2025 | 2024-10-01..2025-09-30"),
    ("The shoe maker sold more in Japan in fiscal 2024.", "fiscal 2024 | DATE FY2024"),
]


@pytest.mark.parametrize(("text", "expected"), OF_A_COUNTRY)
def test_a_holiday_or_fiscal_year_is_that_of_the_country_that_is_told_of(text: str, expected: str) -> None:
    assert expected in told(list(load_extractor(Settings()).extract(ArticleId("a"), text, FRIDAY).timexes))


def test_the_day_of_publication_is_that_of_its_own_zone(nlp: Language) -> None:
    evening = datetime.fromisoformat("2025-06-12T21:30:00-04:00")
    text = "The mayor will resign on Thursday, she said today."
    assert [t.value for t in found(nlp, text, evening)] == ["2025-06-12", "2025-06-12"]
    assert [t.value for t in found(nlp, text, evening.astimezone(UTC))] == ["2025-06-19", "2025-06-13"]


ANCHORED_IN_THE_TEXT = [
    ("On May 2 he fled; two days later he was caught.", "two days later | DATE 2025-05-04 | 2025-05-04"),
    ("She died on July 28, 1914. A day earlier, her house burned.", "A day earlier | DATE 1914-07-27 | 1914-07-27"),
    ("On May 2 he fled. The next day his brother was caught.", "The next day | DATE 2025-05-03 | 2025-05-03"),
    ("On May 2 the army came. The following week it left.", "The following week | DATE 2025-W19 | 2025-05-05..2025-05-11"),
    ("They met on June 5. That night, the deal collapsed.", "That night | TIME 2025-06-05TNI | 2025-06-05"),
    ("The war began in 1914. Four years later it ended.", "Four years later | DATE 1918 | 1918-01-01..1918-12-31"),
    ("It rang at 10:30 a.m. on June 3. A minute earlier, he left.", "A minute earlier | TIME 2025-06-03T10:29 | 2025-06-03"),
    ("Ten fell in May, two the same month last year.", "the same month last year | DATE 2024-05 | 2024-05-01..2024-05-31"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ANCHORED_IN_THE_TEXT)
def test_an_expression_counts_from_the_date_before_it(nlp: Language, text: str, expected: str) -> None:
    assert expected in told(found(nlp, text))


def test_the_day_of_a_report_is_no_anchor_while_the_text_names_another(nlp: Language) -> None:
    lines = told(found(nlp, "He was shot on May 2, police said on Friday. He died two days later."))
    assert lines[-1] == "two days later | DATE 2025-05-04 | 2025-05-04"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The next day, rescuers reached the village.", "The next day | DATE XXXX-XX-XX"),
        ("Two days later, he resigned.", "Two days later | DATE XXXX-XX-XX"),
        ("The rate rose from 14% a year earlier.", "a year earlier | DATE XXXX"),
        ("In June 2024 he fled. Two days later he was caught.", "Two days later | DATE XXXX-XX-XX"),
        ("Ten minutes earlier, the alarm had rung.", "Ten minutes earlier | TIME XXXX-XX-XXTXX:XX"),
    ],
)
def test_an_expression_without_anchor_stays_open(nlp: Language, text: str, expected: str) -> None:
    assert told(found(nlp, text))[-1] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left on Friday.", "Friday | DATE XXXX-WXX-5"),
        ("He left yesterday.", "yesterday | DATE XXXX-XX-XX"),
        ("He left on June 6.", "June 6 | DATE XXXX-06-06"),
        ("He left in June.", "June | DATE XXXX-06"),
        ("He left last month.", "last month | DATE XXXX-XX"),
        ("He left earlier this week.", "earlier this week | DATE XXXX-WXX"),
        ("He left four years ago.", "four years ago | DATE XXXX"),
        ("It held over the past week.", "the past week | DURATION P1W"),
        ("He left last night.", "last night | TIME XXXX-XX-XXTNI"),
        ("He left on June 6, 2025.", "June 6, 2025 | DATE 2025-06-06 | 2025-06-06"),
        ("He left on June 6-13.", "June 6-13 | DURATION P8D"),
    ],
)
def test_without_a_publication_only_whole_dates_have_days(nlp: Language, text: str, expected: str) -> None:
    assert told(found(nlp, text, published=None)) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "More than 2000 soldiers were sent home.",
        "Some 1500 people came.",
        "Between 1500 and 2000 people came.",
        "The prize was 1999 dollars.",
        "He was aboard flight 1549.",
        "They began at 1700.",
        "The Lima daily El Sol said so.",
        "The toll rose to 2,014.",
        "They may march on the capital.",
        "Theresa May met an august body, said April Jones.",
        "The Sun and the Saturday Evening Post said so.",
        "The crash is known as Black Monday.",
        "A 30-year-old man and a boy who was 15 years old were hurt.",
        "He was the second man to resign.",
        "They won by 2 to 1 on a fall day.",
        "Come as soon as you can.",
        "The vote was held in secret.",
        "Denmark Today printed the list.",
        "She was 31 years of age.",
        "It was the third fire in as many days.",
        "The Good Friday Agreement ended it, as the Yom Kippur War did not.",
        "The thanksgiving was long, and a national day of grief was called for.",
    ],
)
def test_what_only_looks_like_a_time_is_left_out(nlp: Language, text: str) -> None:
    assert told(found(nlp, text)) == []


def test_what_is_moved_from_a_day_to_another_covers_no_range(nlp: Language) -> None:
    lines = told(found(nlp, "The trial was moved from Monday to Thursday."))
    assert [line.split(" | ")[0] for line in lines] == ["Monday", "Thursday"]


def test_a_day_counted_from_the_end_of_a_stretch_sees_the_end_that_it_has(nlp: Language) -> None:
    lines = told(found(nlp, "The road was shut from Wednesday evening to Saturday. Two days later it was shut again."))
    assert lines[1:] == ["Saturday | DATE 2025-06-14 | 2025-06-14", "Two days later | DATE 2025-06-16 | 2025-06-16"]


def test_two_years_with_a_dash_are_two_dates(nlp: Language) -> None:
    assert [t.value for t in found(nlp, "It spread in 2009-2010.")] == ["2009", "2010"]


def test_a_line_break_may_part_an_expression_but_a_paragraph_may_not(nlp: Language) -> None:
    assert told(found(nlp, "He left on June\n6, 2024."))[0] == "June\n6, 2024 | DATE 2024-06-06 | 2024-06-06"
    assert [t.text for t in found(nlp, "He left in June\n\n2024 was a good year.")] == ["June", "2024"]


def test_expressions_are_numbered_in_text_order(nlp: Language) -> None:
    assert [t.id for t in found(nlp, "He came on Monday, left on Tuesday and died on Wednesday.")] == ["t1", "t2", "t3"]


# ---------------------------------------------------------------- the calendar


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2025-06-13", "2025-06-13", "2025-06-13"),
        ("2025-06-13TMO", "2025-06-13", "2025-06-13"),
        ("2025-W24", "2025-06-09", "2025-06-15"),
        ("2025-W24-WE", "2025-06-14", "2025-06-15"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-Q4", "2025-10-01", "2025-12-31"),
        ("2025-H2", "2025-07-01", "2025-12-31"),
        ("2024-WI", "2024-12-01", "2025-02-28"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("199", "1990-01-01", "1999-12-31"),
        ("11", "1100-01-01", "1199-12-31"),
        ("00", "0001-01-01", "0100-12-31"),
        ("9999", "9999-01-01", "9999-12-31"),
    ],
)
def test_a_value_covers_its_days(value: str, first: str, last: str) -> None:
    assert days_of(value) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("value", ["XXXX-06", "2025-02-30", "PAST_REF", "P2W", "2025-W60", "0000", ""])
def test_an_open_value_covers_no_days(value: str) -> None:
    assert days_of(value) is None


def test_moving_by_months_keeps_to_the_calendar() -> None:
    assert moved(date(2024, 1, 31), "M", 1) == date(2024, 2, 29)
    assert moved(date(2024, 1, 31), "M", -2) == date(2023, 11, 30)
    assert period(moved(date(2025, 6, 13), "W", -1), "W") == "2025-W23"
    with pytest.raises(OverflowError):
        moved(date(2024, 1, 31), "Y", 9000)


def test_the_nearest_weekday_may_be_the_day_itself() -> None:
    friday = date(2025, 6, 13)
    assert weekday_near(friday, 4, ahead=False) == friday
    assert weekday_near(friday, 4, ahead=True, strictly=True) == date(2025, 6, 20)


def test_a_named_weekday_decides_the_year() -> None:
    assert year_of_day(date(2025, 6, 13), 6, 13, ahead=None, weekday=3) == 2024


def test_a_month_without_tense_is_the_nearest() -> None:
    assert [year_of_month(date(2025, 12, 3), month, ahead=None) for month in (1, 12, 11)] == [2026, 2025, 2025]


# ---------------------------------------------------------------- the table of words


def test_the_tables_of_holidays_and_fiscal_years_name_known_countries_and_days() -> None:
    known = {country.alpha_3 for country in pycountry.countries} | {"-"}
    kept = [
        (name, country, days)
        for names, countries, days in rows("timex_holidays.tsv", 3)
        for name in names.split()
        for country in countries.split()
    ]
    assert len({(name, country) for name, country, _ in kept}) == len(kept)
    assert all(country in known and name == name.lower() for name, country, _ in kept)
    assert all(
        days_of(day if len(day) > 5 else f"2024-{day}")
        for _, _, days in kept
        for told in days.split()
        for day in told.split("..")
    )
    fiscal = [(country, first, by) for countries, first, by in rows("timex_fiscal.tsv", 3) for country in countries.split()]
    assert len({country for country, _, _ in fiscal}) == len(fiscal)
    assert all(country in known and days_of(f"2024-{first}") and by in ("start", "end") for country, first, by in fiscal)


def test_each_word_stands_once_in_its_class() -> None:
    table = list(rows("timex_words.tsv"))
    assert all(len(row) == 3 and row[2] == row[2].lower() for row in table)
    entries = [(row[0], word) for row in table for word in row[2].split()]
    assert len(entries) == len(set(entries))


# ---------------------------------------------------------------- laws

_PIECES = sorted(
    {
        word
        for kind in ("month", "month_short", "weekday", "unit", "count", "vague", "hedge", "period")
        for word in words(kind)
    }
    | {"ago", "later", "the", "last", "next", "past", "this", "of", "in", "from", "to", "between", "and", "on", "at"}
    | {"June 6", "2025", "1990s", "12th", "3:30", "p.m.", "31", "99999", "0", "-", "–", ",", ".", "\n", "$", "said", "will"}
)


@settings(max_examples=60)
@given(text=st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=6)), max_size=25).map(" ".join))
@pytest.mark.parametrize("published", [FRIDAY, datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC), None])
def test_any_text_gives_spans_that_hold_their_text_and_do_not_overlap(
    nlp: Language, published: datetime | None, text: str
) -> None:
    doc = nlp(text)
    end = 0
    for timex in find_timexes(doc, published):
        assert timex.start >= end
        assert timex.text == doc.text[timex.start : timex.end] != ""
        assert (timex.first is None) == (timex.last is None)
        assert timex.first is None or timex.last is None or timex.first <= timex.last
        end = timex.end


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "the ",
        "two and a half ",
        "1",
        "1,000,",
        "June 6, ",
        "more than ",
        " ",
        "\n",
        "12:30 ",
        "-1990",
        "fiscal ",
        "FY20",
        "Easter ",
    ],
)
def test_hostile_text_is_scanned_in_linear_time(piece: str) -> None:
    assert grows_in_proportion(lambda length: list(forms(piece * (length // len(piece)))), 10_000, 80_000)


@pytest.mark.parametrize("word", ["Friday", "Thanksgiving", "FY2024"])
@pytest.mark.parametrize("fan", [False, True])
def test_a_hostile_parse_costs_linear_time(nlp: Language, fan: bool, word: str) -> None:
    def read(length: int) -> None:
        heads = [0 if fan else max(0, i - 1) for i in range(length)]
        tags = {"tags": ["VBD"] * length, "pos": ["VERB"] * length, "lemmas": ["say"] * length}
        doc = Doc(nlp.vocab, words=[word] * length, heads=heads, deps=["dep"] * length, **tags)
        assert len(find_timexes(doc, FRIDAY)) == length

    assert grows_in_proportion(read, 500, 4000)
