"""Who somebody says they are is heard as they write it; what they write of somebody else is not."""

from pathlib import Path

import pytest
import yaml

from bot.conversation.askers import read_statement
from tests.cases import Case, for_each

ROLES = yaml.safe_load(Path(__file__).with_name("roles.yaml").read_text(encoding="utf-8"))
SAID = [(text, {"text": text, "role": role}) for role, texts in ROLES.items() if role != "nobody" for text in texts]
UNSAID: list[Case] = [(text, {"text": text}) for text in ROLES["nobody"]]


@for_each(SAID)
def test_who_somebody_is_is_heard(text: str, role: str):
    statement = read_statement(text)
    assert statement is not None, "nothing was heard"
    assert statement.reader.role == role


@for_each(UNSAID)
def test_what_is_said_of_somebody_else_is_not_heard_as_the_writers_own(text: str):
    statement = read_statement(text)
    assert statement is None or not statement.reader.role


@pytest.mark.parametrize("text", ["porter", "I'm the ward clerk", "Hi, HCA here", "I'm a recptionist"])
def test_a_role_alone_is_told_apart_from_a_problem(text: str):
    statement = read_statement(text)
    assert statement is not None
    assert statement.alone
