"""The packages: whose handlers are in them, which libraries, how large they may be, and what they do without."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from infra.local.template import Template
from infra.packing.reach import ROOT

# Asked for by nobody at run time: how wheels describe themselves, tests, types, what extensions were compiled from.
_NEVER = (
    "*.dist-info/*", "*.pyi", "*/py.typed", "*.pyx", "*.pxd", "*.c", "*.h", "*.cpp",
    "*/tests/*", "*/test/*", "*/testing/*", "*/__pycache__/*", "*-stubs/*", "bin/*", "share/*",
    # botocore's examples and waiters, and what stands in for it in tests.
    "botocore/stub.py", "botocore/data/*/examples-1.json",
    "botocore/data/*/waiters-2.json",
    # Powertools: all but logs, metrics, traces, batches and parameters.
    "aws_lambda_powertools/event_handler/*",

    "aws_lambda_powertools/utilities/idempotency/*",
    "aws_lambda_powertools/utilities/feature_flags/*", "aws_lambda_powertools/utilities/kafka/*",
    "aws_lambda_powertools/utilities/data_masking/*", "aws_lambda_powertools/utilities/streaming/*",
    "aws_lambda_powertools/utilities/validation/*", "aws_lambda_powertools/metrics/provider/datadog/*",
    # The X-Ray SDK patches libraries and frameworks that are not here.
    "aws_xray_sdk/ext/django/*", "aws_xray_sdk/ext/flask*", "aws_xray_sdk/ext/aiohttp/*",
    "aws_xray_sdk/ext/sqlalchemy*", "aws_xray_sdk/ext/bottle/*", "aws_xray_sdk/ext/psycopg*",
    "aws_xray_sdk/ext/mysql/*", "aws_xray_sdk/ext/pymysql/*", "aws_xray_sdk/ext/pymongo/*",
    # Numbers of other countries; the tax code of Viet Nam has its check digit here.
    "stdnum/[a-uw-z]?/*", "stdnum/[a-uw-z]?_/*", "stdnum/v[a-mo-z]/*", "stdnum/*.dat",
    "aws_lambda_powertools/utilities/auth_alpha/*", "aws_lambda_powertools/utilities/circuit_breaker/*",
    "urllib3/contrib/emscripten/*", "urllib3/contrib/socks.py", "urllib3/contrib/pyopenssl.py",
    "dateutil/zoneinfo/*", "dateutil/rrule.py", "dateutil/tzwin.py", "dateutil/easter.py", "*/__main__.py",
    "botocore/data/lambda/2014-11-11/*", "botocore/data/dynamodb/2011-12-05/*",
)  # fmt: skip
_NOT_IN_API = (
    "pydantic/v1/*", "pydantic/mypy.py", "pydantic/_hypothesis_plugin.py", "pydantic/color.py",
    "pydantic/experimental/pipeline.py", "jsonschema/benchmarks/*", "jsonschema/cli.py", "segno/cli.py",
    "segno/helpers.py", "pypdf/annotations/*", "fontpkg/[!_]*",
    # Two of Fira Sans's eighteen faces are on our papers (chalicelib/services/a4.py).
    "fontpkg_fira_sans/files/FiraSans-[!RS]*", "fontpkg_fira_sans/files/*Italic*",
    # fontTools cuts fonts to the letters of a paper; it builds, converts, merges and draws none here. The compiled
    # twins of its modules are faster with variable fonts and feature files, of which there are none; nor is there
    # a font with the tables of VOLT, Graphite, WOFF 2 or bitmaps.
    "fontTools/*.so", "fontTools/misc/filesystem/*", "fontTools/diff/*", "fontTools/agl.py", "fontTools/merge/*",
    "fontTools/mtiLib/*", "fontTools/voltLib/*", "fontTools/ufoLib/*", "fontTools/qu2cu/*", "fontTools/cu2qu/*",
    "fontTools/t1Lib/*", "fontTools/afmLib.py", "fontTools/tfmLib.py", "fontTools/ttx.py", "fontTools/fontBuilder.py",
    "fontTools/varLib/interpol*", "fontTools/varLib/avar*", "fontTools/varLib/mutator.py", "fontTools/varLib/plot.py",
    "fontTools/feaLib/parser.py", "fontTools/feaLib/lexer.py", "fontTools/feaLib/builder.py",
    "fontTools/misc/ps[OL]*", "fontTools/misc/symfont.py", "fontTools/misc/testTools.py", "fontTools/misc/macRes.py",
    "fontTools/misc/iftSparseBitSet.py",
    "fontTools/ttLib/woff2.py", "fontTools/ttLib/scaleUpem.py", "fontTools/ttLib/removeOverlaps.py",
    "fontTools/ttLib/reorderGlyphs.py", "fontTools/ttLib/tables/T_S_I_*", "fontTools/ttLib/tables/[SGF]__*",
    "fontTools/ttLib/tables/grUtils.py", "fontTools/ttLib/tables/V_D_M_X_.py", "fontTools/ttLib/tables/_t_r_a_k.py",
    *(f"fontTools/pens/{pen}Pen.py" for pen in (
        "moments freetype cu2qu statistics svgPath reportLab qu2cu quartz qt wx cairo cocoa perimeter area t2CharString"
    ).split()),
    # Pictures are JPEG and PNG without profiles of colour; nothing is written on them.
    "PIL/_avif*", "pillow.libs/libavif*", "PIL/_webp*", "pillow.libs/libwebp*", "pillow.libs/libsharpyuv*",
    "PIL/_imagingft*", "pillow.libs/libfreetype*", "pillow.libs/libharfbuzz*", "pillow.libs/libbrotli*",
    "pillow.libs/libpng*", "PIL/_imagingcms*", "pillow.libs/liblcms2*", "PIL/_imagingmorph*", "PIL/_imagingtk*",
    "PIL/_imagingmath*", "PIL/ImageTk.py", "PIL/ImageQt.py", "PIL/_tkinter*", "PIL/ImageFilter.py", "PIL/ImageShow.py",
    "PIL/ImageMorph.py", "PIL/PSDraw.py", "PIL/*FontFile.py", "PIL/ImageGrab.py", "PIL/ImageWin.py",
    *(f"PIL/{kind}ImagePlugin.py" for kind in (
        "Avif Blp Bufr Cur Dcx Dds Eps Fits Fli Fpx Ftex Gbr Grib Hdf5 Icns Ico Im Imt Iptc Jpeg2K McIdas Mic Mpeg"
        " Msp Palm Pcd Pcx Pixar Psd Qoi Sgi Spider Sun Tga WebP Wmf XVThumb Xbm Xpm"
    ).split()),
)  # fmt: skip
_NOT_IN_VERIFY = (
    # pyHanko's ways to fetch things over the network and to sign with cards: trust is fetched by us.
    "pycparser/*", "cffi/*",
    "lxml/includes/*", "lxml/isoschematron/*", "lxml/objectify*", "lxml/html/*", "lxml/sax*",
)  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """One package: `file` beside the template, at most `most` bytes zipped."""

    name: str
    file: str
    pins: str  # a requirements file with hashes
    python: str  # the runtime's version, "3.12"
    entries: tuple[str, ...]  # modules of the handlers
    most: int
    left_out: tuple[str, ...]
    chalice: bool  # whether the runtime of Chalice is in it

    def leaves_out(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self.left_out)

    @property
    def requirements(self) -> Path:
        return ROOT / self.pins


@dataclass(frozen=True)
class Machine:
    """A processor that functions run on, by the name wheels give it."""

    name: str

    def platforms(self, python: str) -> list[str]:
        """The tags of wheels that fit: Lambda's Python 3.11 runs on glibc 2.26, those after it on 2.34."""
        newest = 26 if tuple(map(int, python.split("."))) < (3, 12) else 34
        return [f"manylinux_2_{minor}_{self.name}" for minor in range(newest, 16, -1)] + [f"manylinux2014_{self.name}"]


LAMBDA = Machine("aarch64")  # lambda_architecture in .chalice/config.json, Architectures in the template
HERE = Machine({"arm64": "aarch64"}.get(platform.machine(), platform.machine()))
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"


def recipes(template: Template | None = None) -> tuple[Recipe, Recipe]:
    """The application's package and that of the functions which stand whole in the template.

    Chalice deploys the application for the Python that packs it, so that this one compiles it, too.
    """
    template = template or Template({})
    own = {
        name: properties
        for name, properties in template.resources("AWS::Serverless::Function")
        if properties.get("CodeUri") == "./verify.zip"
    }
    (python,) = {str(properties["Runtime"]).removeprefix("python") for properties in own.values()}
    handlers = tuple(sorted({properties["Handler"].rpartition(".")[0] for properties in own.values()}))
    never = _NEVER + _NOT_IN_API
    return (
        Recipe("api", "deployment.zip", "requirements.txt", RUNNING, ("app",), 12_000_000, never, True),
        Recipe("verify", "verify.zip", "requirements-verify.txt", python, handlers, 14_000_000,
               _NEVER + _NOT_IN_VERIFY, False),
    )  # fmt: skip
