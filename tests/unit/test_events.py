"""Event mentions: types, roles, circumstances and attributions, phenomenon by phenomenon, on own sentences."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tidings.extract.event_lexicon import classes, ontology, rules
from tidings.extract.pipeline import load_extractor
from tidings.ids import ArticleId
from tidings.records import EventMention, Extraction, Factuality, Participant
from tidings.settings import Settings

PUBLISHED = datetime(2024, 3, 15, 18, tzinfo=UTC)
"""A Friday."""


def extraction(text: str) -> Extraction:
    return load_extractor(Settings()).extract(ArticleId("a"), text, PUBLISHED)


def event(text: str, type_: str) -> EventMention:
    found = [e for e in extraction(text).events if e.type == type_]
    assert found, f"no {type_} in {text!r}: {[(e.type, e.trigger.text) for e in extraction(text).events]}"
    return found[0]


def codes(participants: tuple[Participant, ...]) -> list[str]:
    return [p.country or p.text for p in participants]


TYPES = [
    ("Norway and Chile signed a fisheries treaty.", "SUPPORT", None),
    ("The two presidents met in Nairobi.", "CONSULT", None),
    ("The Kenyan president visited Ghana.", "CONSULT", "visit"),
    ("Peru sent 40 tonnes of rice to Bolivia.", "AID", None),
    ("Rebels released twelve hostages.", "RETREAT", "release"),
    ("Ethiopia withdrew its troops from Somalia.", "RETREAT", "withdraw"),
    ("The transport minister resigned.", "RETREAT", "resign"),
    ("Chad lifted the curfew in the capital.", "CONCEDE", None),
    ("The mayor announced the lifting of the ban on rallies.", "CONCEDE", None),
    ("Both militias violated the truce.", "ASSAULT", None),
    ("Moscow took a swipe at Oslo.", "ACCUSE", "disapprove"),
    ("Sudan staged a go-slow of its dockers, who downed tools.", "PROTEST", "strike"),
    ("Brazil promised to help Haiti.", "AGREE", None),
    ("The union demanded that the government raise wages.", "REQUEST", None),
    ("Denmark condemned the coup in Niger.", "ACCUSE", "disapprove"),
    ("Prosecutors charged the former governor with fraud.", "ACCUSE", "allege"),
    ("Police opened an investigation into the fire.", "ACCUSE", "investigate"),
    ("Vietnam rejected the Chinese proposal.", "REJECT", None),
    ("Iran threatened to attack the port.", "THREATEN", "violence"),
    ("Thousands of students protested in Dhaka.", "PROTEST", "demo"),
    ("Canada imposed sanctions on Belarus.", "SANCTION", "discontinue"),
    ("A court convicted the banker of fraud.", "SANCTION", "convict"),
    ("Poland expelled three Belarusian diplomats.", "SANCTION", "expel"),
    ("Turkey deployed troops to the border.", "MOBILIZE", "troops"),
    ("Police arrested four activists in Minsk.", "COERCE", "arrest"),
    ("The junta declared martial law.", "COERCE", "martial-law"),
    ("Gunmen kidnapped a priest in Benin.", "ASSAULT", "abduct"),
    ("The army shelled a village near the border.", "ASSAULT", "heavy-weapons"),
    ("A car bomb killed nine people in Mogadishu.", "ASSAULT", "explosives"),
]


@pytest.mark.parametrize(("text", "type_", "mode"), TYPES)
def test_triggers_in_their_frames_tell_type_and_mode(text: str, type_: str, mode: str | None) -> None:
    assert event(text, type_).mode == mode


ROLES = [
    # active, passive, nominal
    ("Kenya freed nine Ugandan fishermen.", "RETREAT", ["KEN"], ["UGA"]),
    ("Nine Ugandan fishermen were freed by Kenya.", "RETREAT", ["KEN"], ["UGA"]),
    ("Colombia condemned Venezuela.", "ACCUSE", ["COL"], ["VEN"]),
    ("Venezuela was condemned by Colombia.", "ACCUSE", ["COL"], ["VEN"]),
    ("Syrian attacks on Jordan continued on Monday.", "ASSAULT", ["SYR"], ["JOR"]),
    # who gets is the recipient; "received from" turns the roles round
    ("Japan gave Laos a loan of 2 million dollars.", "AID", ["JPN"], ["LAO"]),
    ("Laos received food aid from Japan.", "AID", ["JPN"], ["LAO"]),
    ("Mali handed over the bodies of two soldiers to Niger.", "RETREAT", ["MLI"], ["NER"]),
    # coordination, control, ellipsis
    ("On Friday, Estonia and Latvia condemned Belarus.", "ACCUSE", ["EST", "LVA"], ["BLR"]),
    ("Spain closed its embassy and condemned Bolivia.", "ACCUSE", ["ESP"], ["BOL"]),
    ("The rebels, who attacked Gabon last year, surrendered.", "ASSAULT", ["The rebels"], ["GAB"]),
    # all partners of a symmetric act act
    ("Greece and Turkey held talks in Geneva.", "CONSULT", ["GRC", "TUR"], []),
    ("Greece held talks with Turkey.", "CONSULT", ["GRC", "TUR"], []),
    # whom a demand or refusal is about stands inside it
    ("Kuwait rejected a request by Yemen.", "REJECT", ["KWT"], ["YEM"]),
    ("India demanded that Nepal close the crossing.", "REQUEST", ["IND"], ["NPL"]),
]


@pytest.mark.parametrize(("text", "type_", "actor", "recipient"), ROLES)
def test_roles_follow_the_frame(text: str, type_: str, actor: list[str], recipient: list[str]) -> None:
    found = event(text, type_)
    assert (codes(found.actor), codes(found.recipient)) == (actor, recipient)


def test_the_hedge_of_a_number_is_part_of_who_it_counts() -> None:
    found = event("At least 300 farmers protested in Lima.", "PROTEST")
    assert [p.text for p in found.actor] == ["At least 300 farmers"]


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Norway sent 1,212 trucks to Chad, not 1,200.", [1212]),
        ("The rebels freed 12 hostages and not 15, as first reported.", [12]),
        ("Peru shipped 40 tonnes of rice rather than 60 to Haiti.", [40]),
        ("Not fewer than 30 rebels were killed by the army.", [30]),
    ],
)
def test_a_number_that_is_ruled_out_is_none_of_the_events(text: str, counts: list[int]) -> None:
    found = extraction(text)
    values = {quantity.id: quantity.value for quantity in found.quantities}
    told = next(event for event in found.events if event.type not in ("OTHER", "STATEMENT"))
    assert [values[one] for one in told.objects if isinstance(one, str)] == counts


def test_who_is_named_only_to_be_ruled_out_takes_no_part() -> None:
    supplied = event("France, not Germany, supplied tanks to Kyiv.", "AID")
    assert codes(supplied.actor) == ["FRA"]
    released = event("The rebels released the women instead of the soldiers.", "RETREAT")
    assert [one.text for one in released.recipient] == ["the women"]


@pytest.mark.parametrize(
    ("text", "trigger", "actor"),
    [
        ("The clinic was hit by a shell, killing two nurses.", "killing", []),
        ("Marchers were beaten by soldiers, wounding eight.", "wounding", ["soldiers"]),
        ("The shelling of Kharkiv wounded nine people.", "wounded", []),
        ("Hundreds of miners attacked the office.", "attacked", ["Hundreds of miners"]),
    ],
)
def test_what_an_act_befell_or_where_it_was_does_no_harm(text: str, trigger: str, actor: list[str]) -> None:
    told = next(e for e in extraction(text).events if e.trigger.text == trigger)
    assert [one.text for one in told.actor] == actor


def test_what_comes_back_in_an_exchange_is_given_by_the_other_side() -> None:
    back = next(e for e in extraction("Eritrea returned 30 prisoners to Sudan, receiving nine bodies in return.").events[1:])
    assert (back.type, codes(back.actor), codes(back.recipient)) == ("RETREAT", ["SDN"], ["ERI"])


def test_each_of_those_who_attack_each_other_is_attacked() -> None:
    fought = event("Chad and Libya attacked each other in the desert.", "ASSAULT")
    assert codes(fought.actor) == codes(fought.recipient) == ["TCD", "LBY"]


def test_words_that_only_join_or_single_out_are_no_part_of_who_acts() -> None:
    sent = event("Not only Norway but also Sweden sent trucks to Chad.", "AID")
    assert [one.text for one in sent.actor] == ["Norway", "Sweden"]


def test_who_only_says_so_did_not_do_it() -> None:
    found = extraction("The rebels left the town, Turkey and Greece said.").events
    assert {e.type: codes(e.actor) for e in found} == {"RETREAT": ["The rebels"], "STATEMENT": ["TUR", "GRC"]}


@pytest.mark.parametrize(
    ("text", "polarity"),
    [("Police foiled an attack on a church.", "negative"), ("The army halted the offensive on Friday.", "positive")],
)
def test_what_was_prevented_did_not_happen_and_what_was_halted_did(text: str, polarity: str) -> None:
    assert event(text, "ASSAULT").polarity == polarity


def test_ministers_of_two_nations_are_of_both() -> None:
    assert codes(event("Peru's and Chile's ministers met in Quito.", "CONSULT").actor) == ["CHL", "PER"]


def test_a_possessive_pronoun_says_whose_forces_act() -> None:
    assert codes(event("President Ruto said his government would send aid to Haiti.", "AGREE").actor) == ["KEN"]


def test_a_person_is_of_no_town_that_bears_the_same_name() -> None:
    arrested = event("Police arrested Paul Houston. Houston was charged with fraud.", "ACCUSE")
    assert [one.country for one in arrested.recipient] == [None]


def test_an_office_with_its_holder_in_apposition_is_that_person() -> None:
    found = extraction("The defence chief, Anna Berg, visited Poland.")
    (visitor,) = next(e for e in found.events if e.type == "CONSULT").actor
    assert next(e.text for e in found.entities if e.id == visitor.entity) == "Anna Berg"


def test_what_an_event_is_compared_with_is_neither_its_time_nor_its_number() -> None:
    found = extraction("Police arrested 300 people, more than in March.")
    assert next(e for e in found.events if e.type == "COERCE").time is None
    fewer = extraction("Police arrested 300 people in May, up from 120 in April.")
    values = {quantity.id: quantity.value for quantity in fewer.quantities}
    assert [values[q] for q in next(e for e in fewer.events if e.type == "COERCE").objects if isinstance(q, str)] == [300]


def test_who_investigates_a_threat_did_not_make_it() -> None:
    assert event("Danish police are investigating threats against the embassy.", "THREATEN").actor == ()


def test_whoever_is_killed_or_hurt_is_among_the_living_whatever_the_word() -> None:
    told = extraction("A gunman shot at a bus near Lagos, killing a driver and wounding several others.").events
    assert {p.text for e in told for p in e.recipient} >= {"a driver", "several others"}


def test_a_suicide_bomber_acts() -> None:
    found = event("A suicide bomber killed nine people in Kabul.", "ASSAULT")
    assert (found.mode, [p.text for p in found.actor]) == ("suicide-attack", ["A suicide bomber"])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Zambia denied any involvement in the coup.", "STATEMENT"),
        ("Laos denied that it had closed the bridge.", "STATEMENT"),
        ("The militia denied burning the village.", "STATEMENT"),
        ("The club denies complicity in the fraud.", "STATEMENT"),
        ("Zambia denied the envoy a visa.", "REJECT"),
        ("Laos denied entry to two reporters.", "REJECT"),
        ("The governor dismissed the claim, saying it was old.", "REJECT"),
    ],
)
def test_who_denies_what_is_said_makes_a_statement_and_refuses_nothing(text: str, kind: str) -> None:
    assert [e.type for e in extraction(text).events if e.trigger.text in ("denied", "denies", "dismissed")] == [kind]


def test_what_somebody_denies_is_told_of_as_denied() -> None:
    found = extraction("Laos denied on Friday that it had sent rifles to the rebels.").events
    (sent,) = [e for e in found if e.trigger.text == "sent"]
    assert sent.factuality is Factuality.DENIED


def test_where_lexicon_and_model_see_an_event_and_each_another_there_is_one() -> None:
    found = extraction("After the first round failed, Togo and Benin will hold talks in Accra on 19 December.").events
    assert len([e for e in found if e.type in ("AGREE", "CONSULT")]) == 1


def test_nobody_does_a_thing_to_themselves_under_another_name() -> None:
    found = event("The column followed a warning by Finance Minister Anna Berg to banks, a claim Berg rejects.", "REJECT")
    assert [p.text for p in found.actor] == ["Berg"]
    assert not any("Berg" in p.text for p in found.recipient)


def test_the_dead_receive_nothing_but_the_side_that_is_named_with_them_does() -> None:
    found = event("Chad returned the bodies of 40 Sudanese policemen.", "RETREAT")
    assert [(p.text, p.country) for p in found.recipient] == [("Sudanese", "SDN")]


def test_a_participle_beside_a_verb_shares_the_day_that_was_set_before() -> None:
    told = extraction("Another swap was carried out on Monday. Chad freed ten rebels, receiving four captives in return.")
    days = {t.id: t.first for t in told.timexes}
    assert [days.get(e.time or "") for e in told.events if e.type == "RETREAT"][-2:] == ["2024-03-11", "2024-03-11"]


def test_both_sides_are_the_two_countries_named_before() -> None:
    text = "Armenia and Turkey opened talks in Vienna on Monday. Both sides released prisoners on Tuesday."
    assert sorted(codes(event(text, "RETREAT").actor)) == ["ARM", "TUR"]


def test_a_promise_of_aid_is_an_agreement() -> None:
    found = event("Germany will send ambulances to Ukraine.", "AGREE")
    assert (found.factuality.value, codes(found.recipient)) == ("planned", ["UKR"])


@pytest.mark.parametrize(
    ("text", "type_", "actor", "recipient"),
    [
        ("Eritrea will not release the Djiboutian sailors.", "REJECT", ["ERI"], ["DJI"]),
        ("Cyprus and Turkey failed to reach an agreement.", "REJECT", ["CYP", "TUR"], []),
        ("Gabon said it would bomb the camps.", "THREATEN", ["GAB"], ["the camps"]),
        ("The Indian minister said that Bhutan must close the road.", "REQUEST", ["IND"], ["BTN"]),
    ],
)
def test_what_is_said_of_the_future_is_told_by_its_verbal_type(
    text: str, type_: str, actor: list[str], recipient: list[str]
) -> None:
    found = event(text, type_)
    assert (codes(found.actor), codes(found.recipient)) == (actor, recipient)
    assert found.polarity.value == "positive"


def test_what_is_promised_is_no_second_event() -> None:
    # PLOVER: a RETREAT that is announced only is CONCEDE.
    types = [e.type for e in extraction("Oman agreed to release four sailors.").events]
    assert types == ["CONCEDE"]


def test_a_definite_noun_points_back_to_what_was_told_with_all_its_parties() -> None:
    text = "Chad attacked two villages. Mali condemned the attack. An attack by Sudan followed."
    found = [e for e in extraction(text).events if e.type == "ASSAULT"]
    assert [e.trigger.text for e in found] == ["attacked", "attack"]
    assert codes(found[1].actor) == ["SDN"]


TIMES = [
    ("Rebels attacked the town on Wednesday.", "ASSAULT", "2024-03-13"),
    ("On Tuesday, police arrested a banker in Oslo.", "COERCE", "2024-03-12"),
    ("Zambia will send maize to Malawi next month.", "AGREE", "2024-04-01"),
    # the day of the words is not the day of the deed
    ("The minister said on Thursday that rebels attacked the town in May 2020.", "ASSAULT", "2020-05-01"),
    # a hot-news perfect is as recent as its report
    ("Zambia has released two pilots, both governments confirmed on Thursday.", "RETREAT", "2024-03-14"),
    # a simple past goes on in the time of the sentence before
    ("Fighting broke out on Monday. Militiamen killed two nurses.", "ASSAULT", "2024-03-11"),
]


@pytest.mark.parametrize(("text", "type_", "first"), TIMES)
def test_the_time_is_that_of_the_events_own_clause(text: str, type_: str, first: str) -> None:
    found = extraction(text)
    dated = [e for e in found.events if e.type == type_ and e.time]
    days = {t.id: t.first for t in found.timexes}
    assert first in [days[e.time or ""] for e in dated]


def test_the_place_is_that_under_a_locative_preposition() -> None:
    place = event("Gunmen killed a judge in Bogotá on Friday.", "ASSAULT").place
    assert place is not None
    assert (place.text, place.country) == ("Bogotá", "COL")


def test_quantities_among_the_arguments_are_the_events_objects() -> None:
    found = extraction("Gunmen killed at least 14 miners near Kano, the governor said.")
    counted = {q.id: (q.value, q.of) for q in found.quantities}
    assault = next(e for e in found.events if e.type == "ASSAULT")
    assert [counted[q] for q in assault.objects] == [(14, "miners")]


def test_an_event_knows_who_says_so() -> None:
    found = extraction("According to the Red Cross, soldiers burned two clinics.")
    sources = {a.id: a.source.text if a.source else None for a in found.attributions}
    assault = next(e for e in found.events if e.type == "ASSAULT")
    assert [sources[a] for a in assault.attributions] == ["the Red Cross"]


def test_what_an_accusation_contains_is_alleged_and_the_accusation_reported() -> None:
    found = extraction("Togo accused Benin of attacking two villages.")
    assert {(e.type, e.factuality.value) for e in found.events} == {("ACCUSE", "reported"), ("ASSAULT", "alleged")}


@pytest.mark.parametrize("text", ["She seems happy.", "The report has four chapters."])
def test_a_state_is_an_event_of_no_type_at_most(text: str) -> None:
    assert {e.type for e in extraction(text).events} <= {"OTHER"}


@pytest.mark.parametrize("text", ["The lake is deep.", "There were two ferries.", "We must.", ""])
def test_copulas_and_auxiliaries_tell_of_no_event(text: str) -> None:
    assert extraction(text).events == ()


STATES = [
    ("Norway owns two stolen masks.", "owns", ["NOR"], "reported"),
    ("Norway owns two stolen masks.", "stolen", [], "reported"),
    ("Ghana would need a larger port.", "need", ["GHA"], "possible"),
]


@pytest.mark.parametrize(("text", "trigger", "actor", "factuality"), STATES)
def test_a_state_is_a_happening_outside_the_ontology_that_nobody_receives(
    text: str, trigger: str, actor: list[str], factuality: str
) -> None:
    found = next(e for e in extraction(text).events if e.trigger.text == trigger)
    assert (found.type, codes(found.actor), found.factuality.value) == ("OTHER", actor, factuality)
    assert not [thing for thing in found.objects if isinstance(thing, str)]


HARM = [
    ("Eleven miners were killed in an ambush near Goma.", "killed", "ASSAULT"),
    ("Eleven miners were killed in a landslide near Goma.", "killed", "OTHER"),
    ("A van plunged off a bridge, injuring a nurse.", "injuring", "OTHER"),
]


@pytest.mark.parametrize(("text", "trigger", "type_"), HARM)
def test_harm_is_violence_where_an_act_of_violence_is_told_beside_it(text: str, trigger: str, type_: str) -> None:
    assert [e.type for e in extraction(text).events if e.trigger.text == trigger] == [type_]


MEANS = [
    ("A bomb went off in Pune, killing a baker.", "killing", "explosives"),
    ("Gunmen bombed a bank, wounding two clerks.", "wounding", "explosives"),
    ("A roadside bomb destroyed a truck in Helmand.", "destroyed", "explosives"),
    ("Rebels shelled a school in Aleppo. The attack killed two teachers.", "attack", "heavy-weapons"),
    ("Rebels shelled a school in Aleppo. An attack in Homs killed two teachers.", "attack", None),
]


@pytest.mark.parametrize(("text", "trigger", "mode"), MEANS)
def test_words_that_tell_of_one_happening_share_its_means(text: str, trigger: str, mode: str | None) -> None:
    assert [e.mode for e in extraction(text).events if e.trigger.text == trigger][:1] == [mode]


def test_of_a_thing_that_violence_struck_its_owner_is_the_party() -> None:
    found = event("Arsonists burned the house of Senator Ruiz.", "ASSAULT")
    assert [p.text for p in found.recipient] == ["Senator Ruiz"]
    assert "the house of Senator Ruiz" in [thing.text for thing in found.objects if not isinstance(thing, str)]


COUNTED = [
    ("Three gunmen killed a priest and two nuns in Quito.", [1, 2]),
    ("Two car bombs wounded nine clerks in Basra.", [9]),
    ("Rebels carried out three attacks on Maradi.", []),
]


@pytest.mark.parametrize(("text", "counts"), COUNTED)
def test_of_a_deed_those_are_counted_whom_it_befell(text: str, counts: list[int]) -> None:
    found = extraction(text)
    values = {q.id: q.value for q in found.quantities}
    objects = next(e for e in found.events if e.type == "ASSAULT").objects
    assert [values[thing] for thing in objects if isinstance(thing, str)] == counts


PLACES = [
    ("Two bombs exploded on Georgia Street in Manila.", "Georgia Street in Manila", "Manila"),
    ("Residents of Malolos said that rebels blew up a bridge on the outskirts of the town.", "the town", "Malolos"),
    ("Guerrillas killed a mayor in La Paz Department.", "La Paz Department", "La Paz"),
]


@pytest.mark.parametrize(("text", "words", "name"), PLACES)
def test_a_place_is_found_by_the_town_that_it_lies_in_or_stands_for(text: str, words: str, name: str) -> None:
    place = event(text, "ASSAULT").place
    assert place is not None
    assert (place.text, place.name) == (words, name)
    assert text[place.start : place.end] == words


@pytest.mark.parametrize(
    "text", ["She was held under house arrest.", "A raid in Mosul hurt a boy; the Mosul raid was the third."]
)
def test_what_only_says_where_or_how_does_not_act(text: str) -> None:
    assert [p.text for e in extraction(text).events for p in e.actor if p.text in ("house", "Mosul")] == []


# ---------------------------------------------------------------- the lexicon


def test_every_rule_names_types_modes_and_classes_that_exist() -> None:
    assert len(rules()) > 400  # reading them checks each one
    assert {r.type for several in rules().values() for r in several} == set(ontology())


def test_contexts_are_plovers() -> None:
    import json
    from importlib import resources

    known = set(json.loads(resources.files("tidings").joinpath("data", "plover_ontology.json").read_text())["contexts"])
    used = {context for several in rules().values() for rule in several for context in rule.contexts}
    assert used <= known


def test_no_class_is_empty() -> None:
    assert all(classes().values())
