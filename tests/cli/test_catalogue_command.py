"""`motcua catalogue` and `motcua agencies`: on the embedded cloud, for people and machines, and without any cloud."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from infra.cli import main
from infra.local.testing import Embedded
from tests.domain.documents import procedure
from tests.national.records import record

ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT / "infra/seed"
PROCEDURES = sorted(str(path) for path in (SEED / "procedures").glob("*.json"))


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def answer(*words: str) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def tree(cloud: Embedded) -> Embedded:
    words = ("agencies", "publish", str(SEED / "agencies.json"), "--calendar", str(SEED / "calendar.json"))
    assert answer(*words) == {"agencies": 28, "calendar": True}
    return cloud


@pytest.fixture
def records(tmp_path: Path) -> Path:
    table = "Trực tuyến3 Ngày làm việc50,000 VNĐTrực tiếp5Miễn phí"
    path = tmp_path / "records.jsonl"
    lines = [
        record(table, "Đơn1 bản chính", ma_thu_tuc="9.000001"),
        record("Trực tiếp2 NgàyMiễn phí(Đàn lớn)", ma_thu_tuc="2.000635"),
        record(ma_thu_tuc="9.000001"),
    ]
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines) + "{\n", "utf-8")
    return path


@pytest.mark.clause("A3")
def test_publish_and_list(tree: Embedded) -> None:
    published = answer("catalogue", "publish", *PROCEDURES)["published"]
    assert len(published) >= 12
    assert {one["outcome"] for one in published} == {"new"}
    assert {one["outcome"] for one in answer("catalogue", "publish", *PROCEDURES)["published"]} == {"unchanged"}
    listed = {one["code"]: one for one in answer("catalogue", "list")["procedures"]}
    assert listed["2.000635"]["version"] == 1
    assert "2.000635" in run("catalogue", "list", "--lang", "en").stdout
    assert "không đổi" in run("catalogue", "publish", PROCEDURES[0]).stdout


def test_every_defect_of_every_file_is_said(tree: Embedded, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(procedure()), "utf-8")
    bad.write_text(json.dumps(procedure(code="1.000001", level=5, steps=[{"vi": "x"}])), "utf-8")
    result = run("catalogue", "publish", str(good), str(bad), "--json")
    assert result.exit_code == 2
    shape = json.loads(result.stderr)
    assert shape["Code"] == "CatalogueInvalid"
    assert [f["Field"] for f in shape["Fields"]] == ["bad.json: level", "bad.json: steps[0].en"]
    assert all(f["Message"] for f in shape["Fields"])
    assert answer("catalogue", "list") == {"procedures": []}, "nothing half published"
    bad.write_text("{", "utf-8")
    assert json.loads(run("catalogue", "publish", str(bad), "--json").stderr)["Fields"][0]["Code"] == "FileNotJson"
    assert run("catalogue", "publish", str(tmp_path / "none.json")).exit_code == 2


def test_the_tree_is_listed(tree: Embedded) -> None:
    text = run("agencies", "list").stdout
    assert "    H34.08.01" in text and "(đã sáp nhập → H34.03)" in text
    assert answer("agencies", "list")["agencies"][0]["code"] == "H34"


@pytest.mark.clause("A3")
def test_import(tree: Embedded, records: Path) -> None:
    report = answer("catalogue", "import-national", str(records))
    assert (report["records"], report["published"], report["kept"]) == (4, 2, 0)
    assert [one["code"] for one in answer("catalogue", "list")["procedures"]] == ["2.000635", "9.000001"]
    # The province's own procedure stands, whichever comes first.
    answer("catalogue", "publish", *PROCEDURES)
    report = answer("catalogue", "import-national", str(records))
    assert (report["published"], report["kept"]) == (1, 1)
    assert "giữ thủ tục của tỉnh: 1" in run("catalogue", "import-national", str(records)).stdout


@pytest.mark.clause("A3")
def test_a_trial_import_counts_exactly_and_needs_no_cloud(records: Path) -> None:
    """In a process without any of our variables; nothing of AWS is imported."""
    code = (
        "import sys; from infra.cli import main\n"
        "try: main()\n"
        "finally: print([m for m in ('botocore', 'pynamodb', 'chalice') if m in sys.modules], file=sys.stderr)"
    )
    words = ["catalogue", "import-national", str(records), "--dry-run", "--json", "--lang", "en"]
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "[]\n")
    assert json.loads(done.stdout) == {
        "records": 4,
        "published": 2,
        "understood": {
            "channels": {"present": 2, "understood": 2},
            "durations": {"present": 2, "understood": 2},
            "fees": {"present": 2, "understood": 1},
            "papers": {"present": 1, "understood": 1},
        },
        "refused": [
            {"code": "9.000001", "reason": "Record 3: the code stands in record 1 already; the first one is kept."},
            {"code": None, "reason": "Record 4 is not a valid JSON object."},
        ],
    }


def test_a_trial_import_for_people(records: Path) -> None:
    text = run("catalogue", "import-national", str(records), "--dry-run").stdout
    assert "Chạy thử: đọc 4 bản ghi, công bố được 2, từ chối 2; không ghi gì." in text
    assert "phí, lệ phí" in text and "50.0 %" in text
    assert "Từ chối: 9.000001:" in text


def test_files_that_are_no_records(tmp_path: Path) -> None:
    broken = tmp_path / "x.jsonl.xz"
    broken.write_bytes(b"not xz")
    for path in (broken, tmp_path / "missing.jsonl", tmp_path):
        result = run("catalogue", "import-national", str(path), "--dry-run", "--json")
        assert result.exit_code == 2
        assert json.loads(result.stderr)["Fields"][0]["Code"] == "FileUnreadable"


def test_without_the_stages_variables_the_command_says_what_is_missing() -> None:
    words = [sys.executable, "-c", "from infra.cli import main; main()", "catalogue", "list"]
    done = subprocess.run(
        words, cwd=ROOT, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "environment variable" in done.stderr and "Traceback" not in done.stderr
