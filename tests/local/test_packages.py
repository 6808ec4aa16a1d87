"""The packages of the functions: what is in them, how large they are, that they run alone; the chain of time-outs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from chalicelib import aws
from infra.local.environment import credentials
from infra.local.template import Template
from infra.local.testing import environment
from infra.packing import archive, bytecode, compiling, lean, reach, wheels
from infra.packing.elf import undebugged
from infra.packing.recipes import HERE, LAMBDA, Machine, Recipe, recipes

pytestmark = pytest.mark.xdist_group("packages")
ROOT = reach.ROOT
API, VERIFY = recipes()
BOTH = pytest.mark.parametrize("recipe", [API, VERIFY], ids=lambda recipe: recipe.name)
GATEWAY_SECONDS = 29.0  # how long API Gateway waits for a function
SERVICES = {"cognito-idp", "dynamodb", "kms", "lambda", "s3", "ses", "sns", "ssm", "stepfunctions"}

Built = Callable[[Recipe, Machine], Path]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A function that builds a package once; skips, and says so, where wheels can be neither found nor fetched."""
    made: dict[tuple[str, str], Path] = {}

    def build(recipe: Recipe, machine: Machine) -> Path:
        key = recipe.name, machine.name
        if key not in made:
            made[key] = tmp_path_factory.mktemp("package") / recipe.file
            try:
                archive.pack(recipe, made[key], machine)
            except subprocess.CalledProcessError as error:
                if "pip" not in error.cmd or os.environ.get("CI"):
                    raise
                pytest.skip("the wheels are not here and cannot be fetched")
        return made[key]

    return build


def names(package: Path) -> list[str]:
    with zipfile.ZipFile(package) as opened:
        return opened.namelist()


@BOTH
def test_every_client_that_is_made_has_its_description(recipe: Recipe) -> None:
    files = [path for path in archive.application(recipe).values() if path.suffix == ".py"]
    assert reach.services(files) <= SERVICES
    if recipe is API:
        everything = sorted((ROOT / "chalicelib").rglob("*.py"))
        assert reach.services(everything) == SERVICES


def test_a_service_that_is_not_written_out_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "gateway.py"
    source.write_text("client = aws.client(name)\n", encoding="utf-8")
    with pytest.raises(reach.Unreadable):
        reach.services([source])


def test_what_handlers_reach_follows_imports_and_children_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "chalicelib" / "services"
    folder.mkdir(parents=True)
    (tmp_path / "chalicelib" / "__init__.py").touch()
    sources = {
        "__init__": "",
        "entry": "def late():\n    from chalicelib.services import reached\n",
        "reached": 'CHILD = "chalicelib.services.child"\n',
        "child": "import json\n",
        "elsewhere": "import chalicelib.services.entry\n",
    }
    for name, text in sources.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    found = reach.reached(["chalicelib.services.entry"], tmp_path)
    assert {path.stem for path in found} == {"__init__", "entry", "reached", "child"}


def test_the_api_carries_no_signatures_and_the_verifier_no_forms() -> None:
    api, verify = (set(archive.application(recipe)) for recipe in (API, VERIFY))
    assert "app.py" in api and "chalice/app.py" in api and "chalicelib/steps.py" in api
    assert not {name for name in api if "verification" in name} and "chalicelib/verifying.py" in verify
    assert not {name for name in verify if name.startswith(("app.py", "chalice/", "chalicelib/api/"))}
    # Reached by no import: a child process is started by this name.
    assert "chalicelib/services/inspection.py" in api


def test_models_lose_their_texts_and_keep_members_of_that_name() -> None:
    shape = {"documentation": "<p>Long.</p>", "members": {"documentation": {"shape": "Text"}}}
    assert lean.undocumented({"shapes": [shape]}) == {"shapes": [{"members": {"documentation": {"shape": "Text"}}}]}


def test_bytecode_is_unchecked_names_its_place_and_keeps_assertions(tmp_path: Path) -> None:
    source = tmp_path / "inner" / "module.py"
    source.parent.mkdir()
    source.write_text('"""Said."""\ndef tell():\n    "Said."\n    assert False\nclass Empty:\n    "Said."\n')
    compiling.main(tmp_path, "/var/task")
    assert [path.name for path in source.parent.iterdir()] == ["module.pyc"]
    content = source.with_suffix(".pyc").read_bytes()
    assert content[4:8] == b"\1\0\0\0" and b"/var/task/inner/module.py" in content and b"Said." not in content
    run = "import module\ntry: module.tell()\nexcept AssertionError: print(module.Empty.__doc__)"
    done = subprocess.run([sys.executable, "-c", run], cwd=source.parent, capture_output=True, text=True, check=True)
    assert done.stdout == "None\n"


def test_a_library_without_its_debug_information_still_loads(tmp_path: Path) -> None:
    from PIL import _imaging

    whole = Path(str(_imaging.__file__)).read_bytes()
    cut = undebugged(whole)
    assert len(cut) == len(whole) and undebugged(b"no library") == b"no library"
    if whole.startswith(b"\x7fELF") and b".debug_info" in whole:
        assert cut != whole
        libraries = Path(str(_imaging.__file__)).parent.parent
        for folder in ("PIL", "pillow.libs"):
            (tmp_path / folder).mkdir()
            for path in (libraries / folder).glob("*.*"):
                (tmp_path / folder / path.name).write_bytes(undebugged(path.read_bytes()))
        code = "from PIL import Image, _imaging; Image.new('L', (9, 9)).resize((3, 3)); print(_imaging.__file__)"
        env = {**os.environ, "PYTHONPATH": str(tmp_path)}
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        assert done.stdout.startswith(str(tmp_path))


# What follows builds packages: ten seconds each where the wheels are here, and a minute where they must be fetched.


@pytest.mark.slow
@pytest.mark.clause("B1")
@BOTH
def test_the_package_is_under_its_budget_and_holds_what_the_rule_says(recipe: Recipe, built: Built) -> None:
    package = built(recipe, LAMBDA)
    assert package.stat().st_size <= recipe.most
    found = names(package)
    assert len(found) == len(set(found)) == len(sorted(found)) and found == sorted(found)
    own = {name for name in found if name.startswith(("app.", "chalicelib/", "chalice/"))}
    ends = ".pyc" if bytecode.interpreter(recipe.python) else ".py"
    assert own == {
        name.removesuffix(".py") + ends if name.endswith(".py") else name for name in archive.application(recipe)
    }
    unwanted = ("tests/*", "*/tests/*", "*.dist-info/*", "infra/*", "*.env", "*.pem", "*.key", "*.c", "*.pyi", "bin/*")
    certificates = {"botocore/cacert.pem", "certifi/cacert.pem"}  # of the authorities that servers are known by
    unwanted_found = {name for name in found if any(fnmatchcase(name, each) for each in unwanted)}
    assert {name for name in unwanted_found if "lotl-certs" not in name} <= certificates
    tools = "pytest moto hypothesis mypy ruff boto3 s3transfer pip setuptools click yaml werkzeug".split()
    assert not {name.split("/")[0] for name in found}.intersection(tools)
    described = {name.split("/")[2] for name in found if name.startswith("botocore/data/") and name.count("/") > 2}
    sources = [path for path in archive.application(recipe).values() if path.suffix == ".py"]
    assert described == reach.services(sources)
    compiled = [name for name in found if name.endswith(".so")]
    assert compiled and not [name for name in compiled if "x86_64" in name]


@pytest.mark.slow
@BOTH
def test_no_secret_is_in_the_package(recipe: Recipe, built: Built) -> None:
    import re

    from tests.contracts.test_layers import FORBIDDEN

    with zipfile.ZipFile(built(recipe, LAMBDA)) as package:
        for name in package.namelist():
            if name.startswith(("app", "chalicelib")):
                said = package.read(name).decode("latin-1")
                for what in ("a private key", "a key of AWS", "a token"):
                    assert not re.search(FORBIDDEN[what], said), f"{name}: {what}"
                assert str(ROOT) not in said, f"{name}: where it was built"


@pytest.mark.slow
def test_the_same_sources_make_the_same_bytes(built: Built, tmp_path: Path) -> None:
    archive.pack(API, tmp_path / "again.zip", LAMBDA)
    assert (tmp_path / "again.zip").read_bytes() == built(API, LAMBDA).read_bytes()


_ALONE = """
import importlib, json, sys
place, handlers = sys.argv[1], sys.argv[2:]
sys.path[:0] = [place]
for handler in handlers:
    module, _, name = handler.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name)), handler
from chalicelib import aws, telemetry
telemetry._tracer()
import pathlib, re
for path in pathlib.Path(place, "chalicelib").rglob("*.py*"):
    importlib.import_module(".".join(path.relative_to(place).with_suffix("").parts).removesuffix(".__init__"))
import botocore.session
data = pathlib.Path(place, "botocore", "data")
for folder in data.iterdir():
    if folder.is_dir():
        client = aws.client(folder.name)
        assert client.meta.endpoint_url.startswith("https://"), client.meta.endpoint_url
files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
print(json.dumps(sorted(file for file in files if file and "site-packages" in file)))
"""


def _python(recipe: Recipe) -> str:
    """The interpreter itself, not an environment with libraries; skips, and says so, where there is none."""
    found = bytecode.interpreter(recipe.python)
    if found is None:
        pytest.skip(f"no python{recipe.python} is at hand")
    ask = "import sys; print(getattr(sys, '_base_executable', sys.executable))"
    env = {**os.environ, "PYENV_VERSION": recipe.python}
    return subprocess.run([found, "-c", ask], env=env, capture_output=True, text=True, check=True).stdout.strip()


def _handlers(recipe: Recipe) -> list[str]:
    if recipe is VERIFY:
        own = Template({}).own_functions()
        return sorted(own.values())
    import app

    return ["app.app", *(each.handler_string for each in app.app.pure_lambda_functions)]


@pytest.mark.slow
@pytest.mark.clause("B3")
@pytest.mark.skipif(sys.platform != "linux", reason="the packages are for Linux")
@BOTH
def test_every_handler_runs_with_only_what_is_packed(recipe: Recipe, built: Built, tmp_path: Path) -> None:
    with zipfile.ZipFile(built(recipe, HERE)) as package:
        package.extractall(tmp_path)
    stage = {name: value for name, value in environment().items() if name != "AWS_ENDPOINT_URL"}
    env = {**stage, **credentials(), "LAMBDA_TASK_ROOT": str(tmp_path)}
    command = [
        _python(recipe),
        "-I",
        "-S",
        "-W",
        "error::ImportWarning",
        "-c",
        _ALONE,
        str(tmp_path),
        *_handlers(recipe),
    ]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.splitlines()[-1]) == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the packages are for Linux")
def test_papers_and_pictures_are_made_with_the_libraries_as_they_are_packed(built: Built, tmp_path: Path) -> None:
    """The tests of papers once more, with the package's libraries for the whole ones.

    The packages that moto and pytest need themselves stay whole: moto reads botocore's data for every service.
    """
    with zipfile.ZipFile(built(API, HERE)) as package:
        own = [n for n in package.namelist() if n.split("/")[0] in _PAPER_LIBRARIES]
        package.extractall(tmp_path, own)
    assert {path.name for path in tmp_path.iterdir()} == _PAPER_LIBRARIES
    files = ["test_inspection.py", "test_sheet_paper.py", "test_receipt_paper.py", "test_form_paper.py"]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "-m", "not slow"]
    # A run of its own: under this worker's name its calls would take the place of this worker's (tests/conftest.py).
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTEST_XDIST_WORKER": "packed"}
    done = subprocess.run(
        [*command, *(f"tests/app/{name}" for name in files)], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout


_PAPER_LIBRARIES = set(
    "PIL pillow.libs fpdf fontTools pypdf segno fontpkg fontpkg_fira_sans defusedxml jsonschema referencing rpds attr"
    " attrs jsonschema_specifications".split()
)


# Time-outs: who waits longest gives up last, or the one who waits hears of nothing.


def _longest(seconds: float = aws.READ_SECONDS) -> float:
    """Of one call with all its retries: connecting and waiting each time, and the pauses of the standard mode."""
    attempts = 1 + aws.RETRIES
    pauses = sum(min(2.0**n, 20.0) for n in range(aws.RETRIES))
    return attempts * (aws.CONNECT_SECONDS + seconds) + pauses


@pytest.mark.clause("B3")
def test_a_call_with_its_retries_ends_before_its_function_and_that_before_the_gateway() -> None:
    settings: dict[str, Any] = json.loads((ROOT / ".chalice" / "config.json").read_text(encoding="utf-8"))
    function = settings["lambda_timeout"]
    assert _longest() < function < GATEWAY_SECONDS
    others = settings["lambda_functions"].values()
    assert all(each["lambda_timeout"] > _longest() for each in others)
    own = Template({}).resources("AWS::Serverless::Function")
    given = {name: properties["Timeout"] for name, properties in own if "Timeout" in properties}
    assert given and all(seconds > _longest() for seconds in given.values())


def test_the_configuration_that_is_deployed_is_the_one_that_was_added_up() -> None:
    """The clients as made, not as the constants say."""
    for client in (aws.client("s3"), aws.dynamodb().client):
        config: Any = client.meta.config
        assert (config.connect_timeout, config.read_timeout) == (aws.CONNECT_SECONDS, aws.READ_SECONDS)
        assert config.retries["total_max_attempts"] == 1 + aws.RETRIES


def test_two_who_unpack_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    folder = tmp_path / "wheels" / "api"
    mine, theirs = wheels._fresh(folder), wheels._fresh(folder)
    assert mine != theirs
    for fresh in (mine, theirs):
        (fresh / "whole.py").write_text("")
    wheels._placed(theirs, folder)
    wheels._placed(mine, folder)
    assert [path.name for path in folder.parent.iterdir()] == ["api"] and (folder / "whole.py").exists()
    with pytest.raises(OSError, match="absent"):
        wheels._placed(tmp_path / "absent", tmp_path / "nowhere" / "api")
