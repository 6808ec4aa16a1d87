"""`python -m infra.packaging STAGE`: what is deployed, in build/STAGE: the template and the package of every function.

Chalice writes the template and lists what it packs. The packages are then made by infra/packing: Chalice packs every
file of every library, nothing compiled, and knows nothing of the functions that stand whole in infra/template.yaml.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from infra.local.template import DEFINITION, Template, load
from infra.monitoring.resources import whole
from infra.packing import archive, bytecode
from infra.packing.reach import ROOT
from infra.packing.recipes import Recipe, recipes

MOST_UNPACKED = 262_144_000  # bytes, Lambda's limit


def generate(stage: str, folder: Path) -> None:
    """Let Chalice write sam.yaml, and deployment.zip with the application alone.

    It runs where requirements.txt is empty: it would fetch the libraries anew each time, to be replaced here.
    """
    project = ROOT / "build" / "project"
    shutil.rmtree(project, ignore_errors=True)
    (project / ".chalice").mkdir(parents=True)
    shutil.copyfile(ROOT / ".chalice" / "config.json", project / ".chalice" / "config.json")
    for name in ("app.py", "chalicelib"):
        (project / name).symlink_to(ROOT / name)
    (project / "requirements.txt").touch()
    # Alarms and dashboards are tables (infra/monitoring); CloudFormation gets them as what they come to.
    template = project / "template.json"
    template.write_text(json.dumps(whole(load()), ensure_ascii=False), encoding="utf-8")
    chalice = [str(Path(sys.executable).with_name("chalice")), "--project-dir", str(project), "package"]
    words = ["--stage", stage, "--merge-template", str(template), "--template-format", "yaml", str(folder)]
    env = {"AWS_DEFAULT_REGION": "ap-southeast-1", **os.environ}
    subprocess.run([*chalice, *words], env=env, check=True, stdout=subprocess.DEVNULL)
    shutil.copyfile(DEFINITION, folder / DEFINITION.name)  # the template names it beside itself


def sizes(folder: Path, template: Template, made: tuple[Recipe, ...]) -> Iterator[tuple[Recipe, str, int, int]]:
    """(package, functions, bytes zipped, bytes unpacked) of each."""
    for recipe in made:
        functions = [
            logical_id
            for logical_id, properties in template.resources("AWS::Serverless::Function")
            if Path(properties.get("CodeUri", "deployment.zip")).name == recipe.file
        ]
        with zipfile.ZipFile(folder / recipe.file) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
        yield recipe, ", ".join(functions), (folder / recipe.file).stat().st_size, unpacked


def main() -> int:
    stage = sys.argv[1]
    folder = ROOT / "build" / stage
    shutil.rmtree(folder, ignore_errors=True)
    generate(stage, folder)
    template = Template({})
    made = recipes(template)
    for recipe in made:
        archive.pack(recipe, folder / recipe.file)
        if bytecode.interpreter(recipe.python) is None:
            sys.stdout.write(
                f"  No python{recipe.python} is at hand: {recipe.file} is not compiled, and each of its cold starts "
                f"takes a second more.\n"
            )
    found = list(sizes(folder, template, made))
    for recipe, functions, zipped, unpacked in found:
        over = "" if zipped <= recipe.most and unpacked <= MOST_UNPACKED else "  TOO LARGE"
        sys.stdout.write(
            f"  {zipped / 1e6:5.1f} MB zipped (at most {recipe.most / 1e6:.0f}) {unpacked / 1e6:6.1f} MB unpacked  "
            f"python{recipe.python}  {functions}{over}\n"
        )
    return int(any(zipped > recipe.most or unpacked > MOST_UNPACKED for recipe, _, zipped, unpacked in found))


if __name__ == "__main__":
    sys.exit(main())
