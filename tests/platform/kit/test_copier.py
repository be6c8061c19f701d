"""Lines sent by a thread while they are being made: all of them or none, and whose fault it was."""

import pytest
from django.db import transaction
from django.db.utils import DataError, ProgrammingError

from kit.copying import Copier, copy_lines
from tenants.isolation.context import connection, inside


@pytest.fixture
def queues(caldes):
    """Inside Caldes; gives a function that tells the names of its queues."""
    from callhub.lines.models import Queue

    with inside(caldes):
        yield lambda: sorted(Queue.objects.values_list("name", flat=True))


def lines(*names):
    return (f"{name}\t\n" for name in names)


def test_the_lines_of_several_tables_arrive_in_their_order(queues):
    from callhub.lines.models import Agent

    with transaction.atomic(), Copier(connection) as copier:
        copier.send("lines_queue", "name, label", lines(*(f"q{number:05}" for number in range(9_000))))
        copier.send("lines_agent", "name, label", lines())
        copier.send("lines_agent", "name, label", lines("one", "two"))
        copier.wait()
        assert len(queues()) == 9_000
    assert Agent.objects.count() == 2


def test_an_error_of_whoever_makes_the_lines_is_told_and_nothing_stays(queues):
    def failing():
        yield from lines(*(f"q{number:05}" for number in range(9_000)))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        copy_lines(connection, "lines_queue", "name, label", failing())
    assert queues() == []


@pytest.mark.parametrize(
    ("table", "line", "error"), [("no_such_table", "a\t\n", ProgrammingError), ("lines_queue", f"{'x' * 129}\t\n", DataError)]
)  # fmt: skip
def test_what_the_server_refuses_is_an_error_of_django(queues, table, line, error):
    with pytest.raises(error), transaction.atomic(), Copier(connection) as copier:
        copier.send(table, "name, label", [line])
        copier.send("lines_queue", "name, label", lines("after"))
    assert queues() == []
    copy_lines(connection, "lines_queue", "name, label", lines("later"))
    assert queues() == ["later"]


def test_while_the_server_takes_in_the_last_lines_something_else_is_begun_once(queues):
    begun: list[str] = []
    with transaction.atomic(), Copier(connection, lambda: begun.append("now")) as copier:
        copier.send("lines_queue", "name, label", lines("one"))
        assert begun == []
        copier.wait()
    assert begun == ["now"]
    assert queues() == ["one"]
