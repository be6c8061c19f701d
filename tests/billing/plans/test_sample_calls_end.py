"""A contract accepted on trial: its sample calls go, and there are no others, though a card is not charged yet."""

from datetime import timedelta

import pytest
from fixtures.samples import made, samples_state, undone

from billing.plans.actions import answer_waiting
from billing.plans.models import Contract
from callhub.calls.models import Call
from callhub.pbx.models import Pbx
from callhub.samples import actions
from tenants.audit.models import AuditEntry
from tenants.directory.models import Municipality
from tenants.isolation.context import inside

pytest_plugins = ("fixtures.samples",)  # on_trial and pau
BY_CARD = {"way": "CARD", "buyer": {"oc": "", "og": "", "ut": ""}}


def verbs(town):
    with inside(town):
        return list(AuditEntry.objects.order_by("id").values_list("verb", "reason"))


def asked(town):
    with inside(town):
        return actions.ask_for_samples(town=town, by=actions.BY)


def test_an_accepted_contract_ends_them_and_they_are_not_offered_again(on_trial, arrecife, agree, pau):
    asked(on_trial)
    made(on_trial)
    assert samples_state(on_trial) == "READY"
    assert agree.whole(on_trial, **BY_CARD).state == "IN_FORCE"
    assert Municipality.objects.get(pk=on_trial.pk).state == "TRIAL", "until the first payment"
    assert samples_state(on_trial) == "ENDING"
    undone(on_trial)
    assert samples_state(on_trial) == "ENDED"
    assert ("end_samples", "a contract was accepted") in verbs(on_trial)
    page = pau.get("/samples/").content.decode()
    assert "Show me sample calls" not in page
    assert "A contract was accepted: sample calls are for the time before it." in page
    answer = pau.post("/samples/", {"make": "1"}, follow=True).content.decode()
    assert "A contract was accepted: sample calls" in answer
    with inside(on_trial):
        assert Pbx.objects.filter(is_sample=True).count() == 1
        assert not Call.objects.exists()
    assert verbs(arrecife) == []


def test_after_a_contract_there_are_none_where_there_never_were(on_trial, agree):
    agree.whole(on_trial, **BY_CARD)
    with pytest.raises(actions.UnableToMakeSamples, match=r"A contract was accepted|contrat"):
        asked(on_trial)
    assert [verb for verb, _reason in verbs(on_trial)].count("close_samples") == 1


def test_accepted_while_they_are_made_it_ends_what_is_made(on_trial, agree, monkeypatch):
    asked(on_trial)
    plain, done = actions.take_in, []

    def between(*, batch):
        found = plain(batch=batch)
        if not done:
            done.append(agree.whole(on_trial, **BY_CARD))
        return found

    monkeypatch.setattr(actions, "take_in", between)
    made(on_trial)
    undone(on_trial)
    assert samples_state(on_trial) == "ENDED"
    ended = [reason for verb, reason in verbs(on_trial) if verb == "end_samples"]
    assert ended == ["a contract was accepted"]


@pytest.mark.parametrize("fault", [SystemExit, OSError], ids=["killed", "failed"])
def test_a_request_that_dies_just_after_a_contract_is_in_force_leaves_them_to_a_job(
    on_trial, agree, monkeypatch, fault
):
    def dies(*, contract):
        raise fault

    asked(on_trial)
    made(on_trial)
    proposed = agree.propose(on_trial, **BY_CARD)
    with monkeypatch.context() as broken:
        broken.setattr("callhub.samples.tasks.contract_was_accepted", dies)
        if fault is SystemExit:
            with pytest.raises(SystemExit):
                agree.accept(on_trial, proposed)
        else:
            agree.accept(on_trial, proposed)
    with inside(on_trial):
        assert Contract.objects.get(uuid=proposed.uuid).state == "IN_FORCE"
    assert samples_state(on_trial) == "READY"
    monkeypatch.setattr("billing.plans.queries._ANSWERED_WITHIN", timedelta(seconds=-1))
    assert answer_waiting() == 1
    assert answer_waiting() == 0, "who hears of it is told once"
    assert samples_state(on_trial) == "ENDING"
    with pytest.raises(actions.UnableToMakeSamples):
        asked(on_trial)


def test_in_service_nothing_is_written_about_sample_calls(caldes, agree):
    agree.whole(caldes)
    assert [verb for verb, _reason in verbs(caldes)] == ["propose_contract", "accept_contract"]
