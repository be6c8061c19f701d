"""What is asked in five languages, what of a text is removed, and whose answers are not told."""

import string
import uuid
from dataclasses import asdict, fields

import pytest

from callhub.surveys import rules
from callhub.surveys.definitions import LANGUAGES, Words, words_in
from callhub.surveys.rules import CODE_CHARACTERS, HIDDEN, Tally


def test_five_languages_have_every_sentence_and_no_two_languages_have_the_same_question():
    assert list(LANGUAGES) == ["es", "ca", "en", "gl", "eu"]
    for words in LANGUAGES.values():
        assert [name for name, text in asdict(words).items() if not text.strip()] == []
        for name in ("message", "reminder"):
            text = getattr(words, name)
            assert {part for _text, part, *_rest in string.Formatter().parse(text) if part} == {"town", "link"}
    questions = ("solved", "overall", "send", "thanks_text", "kept", "over", "unknown_text", "too_often_text")
    for name in set(questions) & {one.name for one in fields(Words)} - {"send"}:
        assert len({getattr(one, name) for one in LANGUAGES.values()}) == 5, name


def test_messages_fit_two_text_messages():
    link = "https://un-ajuntament-de-nom-llarg.example.org/survey/" + "x" * rules.TOKEN_LENGTH + "/"
    for words in LANGUAGES.values():
        assert len(words.reminder.format(town="L'Hospitalet de Llobregat", link=link)) <= 2 * 153, words.code


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (("eu",), "eu"),
        (("fr-FR", "gl-ES"), "gl"),
        (("", "ca-ES", "es"), "ca"),
        (("fr",), "es"),
        (("<b>",), "es"),
        ((), "es"),
    ],
)
def test_the_first_language_that_there_is_is_spoken(wanted, code):
    assert words_in(*wanted).code == code


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Muy bien, gracias", "Muy bien, gracias"),
        ("Llámeme al 612345678 por favor", f"Llámeme al {HIDDEN} por favor"),
        ("al 612 34 56 78", f"al {HIDDEN}"),
        ("al 93-865.00.00.", f"al {HIDDEN}."),
        ("+34 (938) 650 000 ya", f"{HIDDEN} ya"),
        ("escriba a ana.perez+tramites@correo.example", f"escriba a {HIDDEN}"),
        ("a núria@ajuntament.català hoy", f"a {HIDDEN} hoy"),
        ("mi DNI es 12345678Z", f"mi DNI es {HIDDEN}"),
        ("12.345.678-Z", HIDDEN),
        ("NIE X1234567L", f"NIE {HIDDEN}"),
        ("cuenta ES91 2100 0418 4502 0005 1332", f"cuenta {HIDDEN}"),
        ("esperé 10 minutos el 24/11/2026", "esperé 10 minutos el 24/11/2026"),
        ("expediente 123/26, 3 veces", "expediente 123/26, 3 veces"),
        ("  ", ""),
    ],
)
def test_personal_data_are_removed_from_a_text(text, kept):
    assert rules.without_personal_data(text) == kept


def test_a_text_is_not_longer_than_it_may_be():
    assert len(rules.without_personal_data("a" * 5000)) == rules.LONGEST_TEXT


@pytest.mark.parametrize(
    ("answers", "hidden"),
    [
        ({}, set()),
        ({1: 5, 2: 9}, set()),
        ({1: 0, 2: 9}, set()),
        ({1: 4, 2: 9, 3: 7}, {1, 3}),  # 4 alone would be the total without the others
        ({1: 4, 2: 1, 3: 9}, {1, 2}),  # the two hide each other
        ({1: 1, 2: 1, 3: 9, 4: 8}, {1, 2, 4}),
        ({1: 3}, {1}),
    ],
)
def test_groups_of_few_answers_are_hidden_and_cannot_be_had_as_a_rest(answers, hidden):
    found = rules.to_hide(answers)
    assert found == hidden
    together = sum(answers[one] for one in found)
    assert together == 0 or together >= 5 or len(found) == len([one for one in answers.values() if one])


def test_a_token_has_128_bits_and_is_another_one_for_each_call_town_and_key():
    call, other = uuid.UUID(int=1), uuid.UUID(int=2)
    token = rules.token_of(b"key", "t_000001", call)
    assert len(token) == rules.TOKEN_LENGTH == 22
    assert token == rules.token_of(b"key", "t_000001", call)
    others = {
        rules.token_of(b"key", "t_000002", call),
        rules.token_of(b"key", "t_000001", other),
        rules.token_of(b"kex", "t_000001", call),
    }
    assert token not in others
    assert len(others) == 3
    assert token not in rules.digest_of(b"key", token)


def test_a_code_is_read_however_it_is_typed_and_has_no_look_alikes():
    assert not set(CODE_CHARACTERS) & set("0O1IL2Z5S8BVWMN") - {"M"}
    for typed in ("ACDE3467", "acde 3467", " acde-3467 ", "A C D E 3 4 6 7"):
        assert rules.as_secret(typed) == "ACDE3467", typed
    for typed in ("ACDE346", "ACDE34677", "ACDE3460", "", "ÀCDE3467"):
        assert rules.as_secret(typed) == "", typed


def test_one_call_in_so_many_is_chosen_and_always_the_same():
    calls = [uuid.UUID(int=number) for number in range(3000)]
    assert all(rules.is_chosen(one, 1) for one in calls)
    assert 800 < sum(rules.is_chosen(one, 3) for one in calls) < 1200
    assert [rules.is_chosen(one, 3) for one in calls] == [rules.is_chosen(one, 3) for one in calls]


def test_a_share_never_comes_without_its_interval_and_response_rate():
    one = Tally(invited=40, answered=10, satisfied=8, overall_sum=83, treatment_sum=90, solved=7, partly=2)
    assert (one.response_rate, one.satisfied_rate, one.overall_mean, one.treatment_mean) == (0.25, 0.8, 8.3, 9.0)
    low, high = one.satisfied_interval
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    nobody = Tally()
    assert (nobody.response_rate, nobody.satisfied_rate, nobody.satisfied_interval, nobody.overall_mean) == (None,) * 4
    assert rules.total_of([one, one]).answered == 20
    assert rules.total_of([]) == Tally()
