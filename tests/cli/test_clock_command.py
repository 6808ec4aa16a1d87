"""`motcua clock`: answers for people and machines, refusals that name the option, no cloud."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from infra.cli import GROUPS, clock, main

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def reckon(*words: str) -> dict[str, Any]:
    result = run("clock", "due", *words, "--json")
    assert result.exit_code == 0, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


@pytest.mark.clause("C3")
def test_due_over_tet_for_a_machine() -> None:
    # Friday 15:00-17:00 is 2 h, 16-20/2 is Tết, Monday 8, Tuesday 8, Wednesday 6.
    answer = reckon("--from", "2026-02-13T15:00", "--for", "3 working days")
    assert set(answer) == {"due", "explanation"}
    assert answer["due"] == "2026-02-25T15:00:00+07:00"
    assert sum(item["seconds"] for item in answer["explanation"] if item["kind"] == "counted") == 24 * 3600


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--from", "2026-03-02", "--for", "1 working day"), "2026-03-02T17:00:00+07:00"),
        (("--from", "2026-03-02 15:00", "--for", "8 working hours"), "2026-03-03T15:00:00+07:00"),
        (("--from", "2026-03-02T02:00Z", "--for", "1 working hour"), "2026-03-02T10:00:00+07:00"),
        (("--from", "2026-03-02T10:00", "--for", "10 calendar days"), "2026-03-12T17:00:00+07:00"),
        (("--from", "2026-01-30T10:00", "--for", "1 month"), "2026-03-02T17:00:00+07:00"),
        (
            ("--from", "2026-03-02T16:00", "--for", "1 working day", "--same-day-until", "15:00"),
            "2026-03-03T17:00:00+07:00",
        ),
        (
            # Mo 9-10 and 15-17 is 3 h, Tu 7-8 and 10-11:30 is 2.5, and 2.5 from 13:30.
            ("--from", "2026-03-02T09:00", "--for", "1 working day")
            + ("--pause", "2026-03-03T08:00/2026-03-03T10:00", "--pause", "2026-03-02T10:00/2026-03-02T15:00"),
            "2026-03-03T16:00:00+07:00",
        ),
    ],
)
def test_due(words: tuple[str, ...], expected: str) -> None:
    assert reckon(*words)["due"] == expected


def test_due_for_a_person_in_both_languages() -> None:
    words = ("clock", "due", "--from", "2026-01-01T09:00", "--for", "2 working hours")
    vietnamese, english = run(*words).stdout.splitlines(), run(*words, "--lang", "en").stdout.splitlines()
    assert vietnamese[0] == "tiếp nhận    Tiếp nhận lúc 09:00 thứ Năm 01/01/2026."
    assert vietnamese[-1] == "hạn trả      Hạn trả kết quả: 09:00 thứ Hai 05/01/2026."
    assert english[1] == "skipped   Thursday 01/01/2026: not counted (public holiday: New Year's Day)."
    assert english[-1] == "due       Due at 09:00 on Monday 05/01/2026."
    assert len(vietnamese) == len(english)


def test_every_kind_of_item_has_a_heading() -> None:
    kinds: set[str] = set()
    for words in (
        ("--from", "2027-12-30T18:00", "--for", "3 working days"),
        ("--from", "2026-03-02T10:00", "--for", "10 calendar days", "--pause", "2026-03-12T10:00/2026-03-13T18:00"),
        ("--from", "2026-03-02T16:00", "--for", "1 working day", "--same-day-until", "15:00"),
    ):
        kinds |= {item["kind"] for item in reckon(*words)["explanation"]}
    assert kinds == set(clock.KINDS["vi"]) == set(clock.KINDS["en"])


@pytest.mark.parametrize(
    ("words", "option", "code"),
    [
        (("--from", "yesterday", "--for", "1 month"), "--from", "BadMoment"),
        (("--from", "", "--for", "1 month"), "--from", "BadMoment"),
        (("--from", "2026-02-30", "--for", "1 month"), "--from", "BadMoment"),
        (("--from", "1850-01-01", "--for", "1 month"), "--from", "OutOfRange"),
        (("--from", "2026-03-02", "--for", "3 days"), "--for", "DurationNotUnderstood"),
        (("--from", "2026-03-02", "--for", "0 working days"), "--for", "AmountOutOfRange"),
        (("--from", "2026-03-02", "--for", "999999999 months"), "--for", "AmountOutOfRange"),
        (("--from", "2026-03-02", "--for", "1 month", "--pause", "2026-03-03"), "--pause", "BadPause"),
        (("--from", "2026-03-02", "--for", "1 month", "--pause", "a/b"), "--pause", "BadMoment"),
        (("--from", "2026-03-02", "--for", "1 month", "--pause", "2026-03-03/"), "--pause", "PauseOpen"),
        (("--from", "2026-03-02", "--for", "1 month", "--pause", "2026-03-05/2026-03-03"), "--pause", "PauseBackwards"),
        (("--from", "2026-03-02", "--for", "1 month", "--same-day-until", "3pm"), "--same-day-until", "BadTime"),
        (("--from", "2026-03-02", "--for", "1 month", "--calendar", "no/such/file"), "--calendar", "FileUnreadable"),
        (("--for", "1 month"), "--from", "Usage"),
        (("--from", "2026-03-02", "--for", "1 month", "--lang", "fr"), "--lang", "Usage"),
    ],
)
def test_bad_input_is_refused_by_the_options_name(words: tuple[str, ...], option: str, code: str) -> None:
    plain, machine = run("clock", "due", *words), run("clock", "due", *words, "--json")
    assert (plain.exit_code, machine.exit_code) == (2, 2)
    assert option in plain.stderr
    assert (plain.stdout, machine.stdout) == ("", "")
    error = json.loads(machine.stderr)
    assert set(error) == {"Code", "Message", "Fields"}
    assert [(field["Field"], field["Code"]) for field in error["Fields"]] == [(option, code)]


def test_a_refusal_speaks_the_language_asked_for() -> None:
    words = ("clock", "due", "--from", "2026-03-02", "--for", "3 days")
    assert run(*words).stderr.startswith("Không thực hiện được: ")
    assert run(*words, "--lang=en").stderr.startswith("Refused: ")
    assert run(*words, "--lang", "en").stderr.startswith("Refused: ")


def test_another_table(tmp_path: Path) -> None:
    table = tmp_path / "table.json"
    off = [{"date": "2026-03-02", "name": {"vi": "Ngày thành lập tỉnh", "en": "Province Day"}}]
    table.write_text(json.dumps({"hours": {"mon": [["08:00", "10:00"]]}, "years": {"2026": {"off": off}}}), "utf-8")
    answer = reckon("--from", "2026-03-02", "--for", "1 working hour", "--calendar", str(table))
    assert answer["due"] == "2026-03-09T09:00:00+07:00"
    table.write_text('{"hours": {"mon": [["10:00", "08:00"]]}, "year": {}}', "utf-8")
    result = run("clock", "due", "--from", "2026-03-02", "--for", "1 month", "--calendar", str(table), "--json")
    named = [(field["Field"], field["Code"]) for field in json.loads(result.stderr)["Fields"]]
    assert result.exit_code == 2
    assert named == [("--calendar year", "Unknown"), ("--calendar hours.mon[0]", "HoursOutOfOrder")]
    table.write_text("{", "utf-8")
    result = run("clock", "due", "--from", "2026-03-02", "--for", "1 month", "--calendar", str(table), "--json")
    assert json.loads(result.stderr)["Fields"][0]["Code"] == "FileNotJson"


def test_an_agencys_own_hours(tmp_path: Path) -> None:
    saturday = {"sat": [["07:00", "11:30"]], "mon": [["07:00", "11:30"], ["13:30", "17:00"]]}
    agencies = tmp_path / "agencies.json"
    listed = [
        {"code": "H34", "parent": None, "hours": None},
        {"code": "H34.05", "parent": "H34", "hours": saturday},
        {"code": "H34.05.01", "parent": "H34.05", "hours": None},
    ]
    agencies.write_text(json.dumps({"agencies": listed}), "utf-8")
    words = ("--from", "2026-03-07T10:30", "--for", "2 working hours", "--agencies", str(agencies))
    assert reckon(*words, "--agency", "h34.05")["due"] == "2026-03-09T08:00:00+07:00"
    assert reckon(*words, "--agency", "H34.05.01")["due"] == "2026-03-09T08:00:00+07:00"
    assert reckon(*words, "--agency", "H34")["due"] == "2026-03-09T09:00:00+07:00"
    result = run("clock", "due", *words, "--agency", "H99")
    assert result.exit_code == 2
    assert "--agency" in result.stderr


KNOWN_DIFFERENCES = {
    # TB 9441/TB-BNV has both sides of this swap; the library has neither.
    ("2026-01-02", "off", None),
    ("2026-01-10", "worked", None),
    # A Saturday after Tết 2025: a weekly day of rest for officials, which the library counts as Tết.
    ("2025-02-01", None, "off"),
}


def test_the_library_and_the_table_differ_only_where_we_know() -> None:
    found = set()
    for year in (2025, 2026, 2027):
        result = run("clock", "holidays", "--year", str(year), "--json")
        answer = json.loads(result.stdout)
        different = [row for row in answer["rows"] if not row["same"]]
        assert answer["differences"] == len(different)
        found |= {
            (row["date"], *(row[side] and row[side]["kind"] for side in ("table", "library"))) for row in different
        }
    assert found == KNOWN_DIFFERENCES


def test_holidays_for_a_person() -> None:
    lines = run("clock", "holidays", "--year", "2026", "--lang", "en").stdout.splitlines()
    assert "! 2026-01-10 Sat  worked  Worked in exchange for 2 January 2026  |  -" in lines
    assert sum(line.startswith("!") for line in lines) == 2
    assert run("clock", "holidays", "--year", "0").exit_code == 2


def test_help_and_version_name_every_group() -> None:
    assert run("--version").stdout.startswith("motcua, version ")
    text = run("--help").stdout
    assert all(name in text for name in GROUPS)
    assert run("clocks").exit_code == 2


def test_the_clock_imports_nothing_of_the_cloud() -> None:
    script = (
        "import sys; from infra.cli import main; "
        "main(['clock', 'due', '--from', '2026-03-02', '--for', '1 working day', '--json'], standalone_mode=False); "
        "heavy = {'boto3', 'botocore', 'pynamodb', 'chalice', 'holidays', 'moto', 'jsonschema'} & set(sys.modules); "
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["due"] == "2026-03-02T17:00:00+07:00"
