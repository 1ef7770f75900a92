"""Whose event it is in sentences that tell of several: roles and times, phenomenon by phenomenon, on own sentences."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tidings.extract.event_lexicon import hosts
from tidings.extract.pipeline import load_extractor
from tidings.ids import ArticleId
from tidings.records import EventMention, Extraction, Factuality, Polarity
from tidings.settings import Settings

PUBLISHED = datetime(2024, 3, 15, 18, tzinfo=UTC)
"""A Friday."""


def extraction(text: str) -> Extraction:
    return load_extractor(Settings()).extract(ArticleId("a"), text, PUBLISHED)


def told(text: str, trigger: str) -> EventMention:
    events = extraction(text).events
    found = [event for event in events if event.trigger.text == trigger]
    assert found, f"no {trigger!r} in {text!r}: {[e.trigger.text for e in events]}"
    return found[0]


def time_of(text: str, trigger: str) -> str | None:
    found = {timex.id: timex.text for timex in extraction(text).timexes}
    return found.get(told(text, trigger).time or "")


ROLES = [
    # whom a passive befell did not do it, in any of its participles
    ("Four Kenyan nurses were kidnapped near the border and beaten.", "beaten", [], ["Four Kenyan nurses"]),
    ("The mayor was stabbed and killed outside his home.", "killed", [], ["The mayor"]),
    ("The monarchy was overthrown in 1958.", "overthrown", [], ["The monarchy"]),
    ("Gunmen stopped a bus and shot the driver.", "shot", ["Gunmen"], ["the driver"]),
    # who survives an attack, or owns a murder, is whom it befell
    ("Senator Maria Lopez survived an assassination attempt.", "attempt", [], ["Senator Maria Lopez"]),
    ("The bishop's murder sparked riots in Juba.", "murder", [], ["The bishop"]),
    ("The bishop's murder of two nuns shocked Juba.", "murder", ["The bishop"], ["two nuns"]),
    # another clause, at another time, has its own doers
    ("Soldiers guarded the market the day after nine traders were killed.", "killed", [], ["nine traders"]),
    ("Nine miners were killed when gunmen attacked their bus.", "killed", ["gunmen"], ["Nine miners"]),
    # what a relative clause tells is told of its noun
    ("Ghana promised to repeal a decree that gave the army control of the ports.", "promised", ["Ghana"], []),
    # coordinated verbs share who acts
    ("Gunmen killed a judge and injured his driver.", "injured", ["Gunmen"], ["his driver"]),
    # a deed and a weapon are somebody's
    ("A Taliban attack on a base killed four troops.", "killed", ["Taliban"], ["four troops"]),
    ("Three farmers were hurt by a rebel's grenade.", "hurt", ["a rebel"], ["Three farmers"]),
    ("A West Bank attack killed two soldiers.", "killed", [], ["two soldiers"]),
    # who has been charged is not who charged them; a thing is no party
    ("Iran denied accusations that it had armed Houthi fighters.", "denied", ["Iran"], []),
    ("Senegal abstained from the resolution, calling it unfair.", "calling", ["Senegal"], []),
    ("The coast guard alerted the Kenyan army, which asked Tanzania to help.", "asked", ["the Kenyan army"], ["Tanzania"]),
    # an object goes with the verb right before it
    ("A grenade exploded near the market, killing three nuns and injuring two others.", "killing", [], ["three nuns"]),
    ("Gunmen kidnapped and killed a priest.", "kidnapped", ["Gunmen"], ["a priest"]),
    ("Two miners died near Lima, while seven died in another blast near Cusco.", "blast", [], ["seven"]),
    ("Two nuns died and more than 20 were wounded in a car bombing.", "bombing", [], ["Two nuns", "more than 20"]),
    ("Friday's attack unnerved Coptic Christians in Cairo.", "attack", [], ["Coptic Christians"]),
    ("Opposition groups oppose a plan to distribute food aid.", "distribute", [], []),
    ("The driver blew up his truck near a checkpoint.", "blew up", ["The driver"], []),
    ("Gunmen killed more than 20 in Lima.", "killed", ["Gunmen"], ["more than 20"]),
    # whom one asks to do something to others is asked, not the others; where fighting is, it struck nobody named
    ("Norway urged the rebels to cooperate with the Red Cross.", "urged", ["Norway"], ["the rebels"]),
    ("Violence in Darfur has forced agencies to evacuate their workers.", "Violence", [], []),
    ("The Taliban were ousted by a U.S. offensive in 2001.", "offensive", ["U.S."], ["The Taliban"]),
    ("Mexico condemned an attack on a Veracruz warehouse.", "condemned", ["Mexico"], []),
    ("A group of Kenyan farmers, opposed to the dam, attacked a guard.", "attacked",
     ["A group of Kenyan farmers"], ["a guard"]),
    # a name stays with its title, a day with the noun that it stands before
    ("Police arrested opposition candidate Maria Lopez.", "arrested", ["Police"], ["opposition candidate Maria Lopez"]),
    ("Peru praised human rights group Global Witness.", "praised", ["Peru"], ["human rights group Global Witness"]),
    ("Chad praised its ambassador, Omar Idriss.", "praised", ["Chad"], ["its ambassador"]),
    # who is spoken of as something is no second party
    ("Norway suspects the sailors were smugglers or spies.", "suspects", ["Norway"], ["the sailors"]),
    # a noun that says who did it leaves nobody else to have done it; who acts in spite of it, or upon it, did not
    ("The museum recalls Germany's invasion of Poland.", "invasion", ["Germany"], ["Poland"]),
    ("Despite Sunday's bombings in Mombasa, Kenya reopened the border.", "bombings", [], []),
    ("Peru deployed troops in response to Sunday's attacks.", "attacks", [], []),
    ("Ignoring protests by farmers, Chile raised the tax.", "protests", ["farmers"], ["Chile"]),
    # who only says what befell others did not do it
    ("Kenyan officials say two poachers were detained.", "detained", [], ["two poachers"]),
    # what the next verb's object suffers is the next verb's
    ("Brazil condemned the shelling and urged both armies to stop.", "condemned", ["Brazil"], []),
    # "for" says what is asked for, or for whom
    ("Ghana sought loans for the farmers.", "sought", ["Ghana"], []),
    # whom an attack killed, it befell
    (
        "Chad mourned the victims of a raid on a market that killed nine shepherds.",
        "raid", [], ["a market", "nine shepherds"],
    ),
    # what somebody is punished for, helped to or kept from is his own deed
    ("A court jailed two officers for torturing a student.", "torturing", ["two officers"], ["a student"]),
    ("Chad helped the rebels attack an army base.", "attack", ["the rebels"], ["an army base"]),
    # of the passive of telling and finding the subject is the participle's object
    ("Three nurses were reported kidnapped.", "kidnapped", [], ["Three nurses"]),
    # a bomber acts, and is not whom it befell; of a compound the held suffer
    ("A man blew himself up outside a bank in Lahore, killing two guards.", "blew", ["A man"], ["two guards"]),
    # a feeling is its subject's, whoever tells of it
    ("A Chilean diplomat said Bolivia was furious about the ruling.", "furious", ["Bolivia"], []),
    # towns are where a rally is; whose violence it is that a land has, is not said
    ("Thousands rallied in the capital, Lima.", "rallied", ["Thousands"], []),
    ("The treaty ended Angola's civil war.", "war", [], []),
    # partners who meet somewhere do not meet the country; a verb of doing to others without an object is a passive
    ("The ministers will meet in eastern Kenya on Friday.", "meet", ["The ministers"], []),
    ("Two sailors were beaten in Aden and threatened with death.", "threatened", [], ["Two sailors"]),
    # the nation beside a noun, examples and old names are part of who it is
    ("Countries like Peru and Chile condemned the coup.", "condemned", ["Countries like Peru and Chile"], []),
    # what came of a deed befell those whom it left so
    (
        "Raiders attacked two villages in eastern Chad, leaving 14 herders dead.",
        "attacked", ["Raiders"], ["two villages", "14 herders"],
    ),
    # who came to harm in it did not do it; and all of them came to harm in it
    ("The king paid tribute to Nepali guards killed in an ambush on Friday.", "ambush", [], ["Nepali guards"]),
    (
        "Ten miners were killed and three others injured in an attack near Lima.",
        "attack", [], ["Ten miners", "three others"],
    ),
    # a relative clause is about the noun that its subject takes up
    ("Kim Lee, a friend of the man who kidnapped the banker, was arrested.", "kidnapped", ["the man"], ["the banker"]),
    # where it was, by which means, and what only says which one is meant
    ("Police foiled a terrorist attack in Denmark.", "attack", [], []),
    ("The mine was detonated by remote control near a convoy.", "detonated", [], ["a convoy"]),
    ("A priest close to the former president was beaten by an angry crowd.", "beaten", ["an angry crowd"], ["A priest"]),
    ("Two youths, each about 20 years old, drew pistols and began firing.", "firing", ["Two youths"], []),
    # a pronoun stands where whom it befell is named: nobody else is
    ("A coast guard boat was looking for smugglers when it was attacked on Monday.", "attacked", [], ["A coast guard boat"]),
    # whom a clause within the phrase tells of is another matter
    (
        "The guard was beaten by a gang of youths who drove a van into the home of General Petrov.",
        "beaten", ["a gang of youths"], ["The guard"],
    ),
    (
        "Members of the Popular Defence League (PDL) kidnapped a priest.",
        "kidnapped", ["Members of the Popular Defence League"], ["a priest"],
    ),
    (
        "India sent tents to victims of last month's devastating flood.",
        "sent", ["India"], ["victims of last month's devastating flood"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "trigger", "actor", "recipient"), ROLES)
def test_of_several_clauses_each_has_its_own_parties(
    text: str, trigger: str, actor: list[str], recipient: list[str]
) -> None:
    found = told(text, trigger)
    assert ([p.text for p in found.actor], [p.text for p in found.recipient]) == (actor, recipient)


def test_who_only_reports_violence_takes_no_part_in_it() -> None:
    events = extraction("Villagers in Homs reported heavy shelling by the Syrian army on Monday.").events
    assert all("Villagers" not in p.text for e in events if e.type == "ASSAULT" for p in (*e.actor, *e.recipient))


TIMES = [
    # a time before a noun is that noun's
    ("The opposition called for the results of the March 3 election to be annulled.", "called", None),
    ("The party rejected the 1993 treaty with Chile.", "rejected", None),
    ("The May 3 mosque attack sparked riots in Juba.", "riots", None),
    ("Police shot a farmer in Tuesday's raid.", "shot", "Tuesday"),
    ("On Monday the group released a video of kidnapped reporter Ana Ruiz.", "kidnapped", None),
    # what follows upon another happening is not at its time
    ("Chad deployed troops to the border after the end of fighting last month.", "deployed", None),
    # what happens as, or in, another happening is
    ("Ten people died in the 1984 riots in which six traders were killed.", "killed", "1984"),
    ("In May, gunmen attacked a bus when rebels stormed Goma.", "stormed", "May"),
    ("Nine miners were killed when gunmen attacked their bus on Monday.", "killed", "Monday"),
    ("Six guards were killed and four wounded in a raid on Tuesday.", "killed", "Tuesday"),
    ("Thursday, a Polish envoy is in Lagos for talks with President Bola Tinubu.", "talks", "Thursday"),
    ("When the budget was announced last month, it drew strong criticism.", "criticism", "last month"),
    # a clause shares the time in front of those that it is joined to, and none of another clause's
    ("On Monday, ten people died and six traders were wounded in a blast.", "wounded", "Monday"),
    ("Troops patrolled Homs on Sunday, a day after six people were killed in clashes.", "killed", None),
    ("The May talks were the first since 2022, when Chad withdrew its troops.", "withdrew", "2022"),
    # a time up to now is one, of whatever length
    ("Rebels have killed nine teachers in recent weeks.", "killed", "recent weeks"),
]


@pytest.mark.parametrize(("text", "trigger", "time"), TIMES)
def test_a_time_is_that_of_the_happening_it_stands_with(text: str, trigger: str, time: str | None) -> None:
    assert time_of(text, trigger) == time


def test_a_place_of_what_is_only_mentioned_is_not_the_events() -> None:
    assert told("Police arrested two men suspected of ties to the attacks in Bali.", "arrested").place is None


def test_during_what_something_is_alleged_did_happen() -> None:
    text = "Prosecutors suspect the men of looting during the demonstration in Lima."
    assert told(text, "looting").factuality is Factuality.ALLEGED
    assert told(text, "demonstration").factuality is Factuality.REPORTED


def test_what_is_not_known_is_not_denied() -> None:
    found = told("It is not clear whether the rebels attacked the town.", "attacked")
    assert (found.factuality, found.polarity) == (Factuality.POSSIBLE, Polarity.POSITIVE)


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("Gunmen killed nine miners in a village, 40 km south of the capital.", ["nine"]),
        ("Gunmen killed nine miners on Monday.", ["nine"]),
    ],
)
def test_how_far_off_a_place_is_counts_nothing(text: str, counted: list[str]) -> None:
    quantities = {quantity.id: quantity.text for quantity in extraction(text).quantities}
    assert [quantities[o] for o in told(text, "killed").objects if isinstance(o, str)] == counted


def test_what_a_border_is_with_is_not_where_it_is() -> None:
    assert told("A gunman killed nine farmers near the border with Chad.", "killed").place is None


def test_a_part_of_a_country_is_a_place_whatever_else_a_department_is() -> None:
    place = told("Five soldiers were killed in Guaviare Department.", "killed").place
    assert place is not None
    assert (place.text, place.country) == ("Guaviare Department", "COL")
    assert told("Five officers were hired by the Dallas Police Department.", "hired").place is None


def test_no_word_is_of_two_kinds_of_hosts() -> None:
    words = [word for several in hosts().values() for word in several]
    assert len(words) == len(set(words))
