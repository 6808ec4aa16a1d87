"""/sandbox/dashboards: the dashboards of infra/monitoring, drawn from their JSON with what this process has told.

The same JSON that CloudFormation gets, so what is wrong there is seen here: a title that does not fit, a metric that
stays empty while somebody plays the story. What only AWS measures (tables, queues, backups) is empty here and says so.
"""

from __future__ import annotations

import html
import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from infra.local.metrics import metrics
from infra.local.template import Template
from infra.monitoring import alarms
from infra.monitoring.dashboards import dashboards, placed

MINUTES = 60
WIDTH, TALL = 480, 150
COLOURS = ("#1d4f86", "#b45309", "#166534", "#9d174d", "#6b21a8", "#0f766e", "#92400e", "#475569", "#be123c", "#3f6212")
_MEASURED_HERE = {"Motcua", "AWS/Lambda", "AWS/ApiGateway"}
_STYLE = """
body{font:15px/1.4 system-ui,sans-serif;margin:0;background:#f3f4f6;color:#16202c}
header{background:#16202c;color:#fff;padding:.8rem 1.2rem}header a{color:#fff;margin-right:1.2rem}
main{display:grid;grid-template-columns:repeat(24,1fr);gap:.7rem;padding:.7rem}
section{background:#fff;border:1px solid #d5d9de;border-radius:4px;padding:.6rem .8rem;min-width:0}
section>h2{font-size:1rem;margin:0 0 .3rem}h1{font-size:1.25rem;margin:0}p{margin:.2rem 0}
svg{width:100%;height:auto;display:block}ul{list-style:none;margin:.3rem 0 0;padding:0;font-size:.82rem;
display:flex;flex-wrap:wrap;gap:.1rem .9rem}li::before{content:"";display:inline-block;width:.8em;height:.8em;
background:var(--c);margin-right:.35em;vertical-align:-1px}.empty{color:#52606d;font-style:italic}
.numbers{display:flex;gap:2rem;flex-wrap:wrap}.numbers b{display:block;font-size:2rem}pre{white-space:pre-wrap;
font-size:.78rem;background:#f3f4f6;padding:.5rem}table{border-collapse:collapse;width:100%;font-size:.85rem}
td,th{text-align:left;padding:.15rem .6rem .15rem 0;border-top:1px solid #d5d9de}
@media(max-width:60rem){section{grid-column:1/-1!important}}
"""


class Names:
    """What the placeholders of the template mean in this process."""

    def __init__(self, template: Template) -> None:
        self._texts = {"${Stage}": template.stage}
        for logical_id, _ in template.resources("AWS::Serverless::Function"):
            if logical_id != "APIHandler":
                self._texts[f"${{{logical_id}}}"] = template.function_name(logical_id)

    def of(self, text: str) -> str:
        for placeholder, name in self._texts.items():
            text = text.replace(placeholder, name)
        return text


@cache
def _bodies() -> dict[str, tuple[dict[str, Any], ...]]:
    return {name: tuple(placed(widgets)) for name, widgets in dashboards(Template({}).body).items()}


def page(shown: str, template: Template) -> bytes:
    """One dashboard, by the name of its resource; the first when there is none of that name."""
    bodies = _bodies()
    shown = shown if shown in bodies else next(iter(bodies))
    links = "".join(
        f'<a href="?show={name}"{" aria-current=page" if name == shown else ""}>{name.removesuffix("Dashboard")}</a>'
        for name in bodies
    )
    names = Names(template)
    widgets = "".join(_widget(widget, names) for widget in bodies[shown])
    title = f"{shown.removesuffix('Dashboard')} · dashboards"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    body = f"<header><nav>{links}<a href='/sandbox'>Sandbox</a></nav></header><main>{widgets}{_alarms()}</main>"
    return (
        f'<!doctype html><html lang="en"><head>{head}<style>{_STYLE}</style></head><body>{body}</body></html>'.encode()
    )


def _widget(widget: Mapping[str, Any], names: Names) -> str:
    said = widget["properties"]
    kind = widget["type"]
    if kind == "text":
        first, _, rest = said["markdown"].partition("\n")
        inner = f"<h1>{html.escape(first.lstrip('# '))}</h1><p>{html.escape(rest)}</p>"
    elif kind == "log":
        query = html.escape(names.of(said["query"]).replace(" | ", "\n| "))
        inner = f"<p class=empty>Logs are not kept here; the console asks:</p><pre>{query}</pre>"
    else:
        series = [_points(each, names) for each in said["metrics"]]
        draw = _numbers if said["view"] == "singleValue" else _chart
        inner = draw(said, series)
    title = f"<h2>{html.escape(said['title'])}</h2>" if "title" in said else ""
    return f'<section style="grid-column:span {widget["width"]}">{title}{inner}</section>'


Line = tuple[str, str, str, list[tuple[int, float]]]  # label, namespace, statistic, points


def _points(series: Sequence[Any], names: Names) -> Line:
    namespace, name, *pairs, options = series
    dimensions = {key: names.of(value) for key, value in zip(pairs[::2], pairs[1::2], strict=True)}
    return options["label"], namespace, options["stat"], metrics.points(namespace, name, options["stat"], dimensions)


def _numbers(said: Mapping[str, Any], series: Sequence[Line]) -> str:
    shown = "".join(
        f"<p><b>{_together(stat, points):,.0f}</b>{html.escape(label)}</p>" for label, _, stat, points in series
    )
    return f'<div class="numbers">{shown}</div>'


def _together(stat: str, points: Sequence[tuple[int, float]]) -> float:
    values = [value for _, value in points]
    return {"Maximum": max, "Minimum": min}.get(stat, sum)(values or [0.0])


def _chart(said: Mapping[str, Any], series: Sequence[Line]) -> str:
    if not any(points for *_, points in series):
        elsewhere = all(namespace not in _MEASURED_HERE for _, namespace, *_ in series)
        words = "Measured by AWS alone." if elsewhere else "Nothing in the last hour."
        return f"<p class=empty>{words}</p>{_legend(series)}"
    now = int(time.time()) // 60
    drawn = [dict(points) for *_, points in series]
    line = [mark["value"] for mark in said.get("annotations", {}).get("horizontal", ())]
    most = max([value for points in drawn for value in points.values()], default=0.0)
    top = max(most * 1.1, 1.0)
    marks = "".join(_mark(value, top) for value in line if value <= top)
    paths = "".join(_path(points, now, top, COLOURS[n % len(COLOURS)]) for n, points in enumerate(drawn) if points)
    axis = (
        f'<text x="2" y="11" font-size="11">{top:,.4g}</text><text x="2" y="{TALL - 3}" font-size="11">0</text>'
        f'<line x1="0" y1="{TALL - 15}" x2="{WIDTH}" y2="{TALL - 15}" stroke="#9aa5b1"/>'
        f'<text x="{WIDTH - 2}" y="{TALL - 3}" font-size="11" text-anchor="end">now</text>'
    )
    label = html.escape(f"{said['title']}: the last hour, by the minute")
    return (
        f'<svg viewBox="0 0 {WIDTH} {TALL}" role="img" aria-label="{label}">{axis}{marks}{paths}</svg>{_legend(series)}'
    )


def _height(value: float, top: float) -> float:
    return (TALL - 15) * (1 - value / top)


def _path(points: Mapping[int, float], now: int, top: float, colour: str) -> str:
    places = [
        (WIDTH * (1 - (now - minute + 0.5) / MINUTES), _height(value, top))
        for minute, value in sorted(points.items())
        if minute > now - MINUTES
    ]
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in places)
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="1.5"/>{dots}'


def _mark(value: float, top: float) -> str:
    y = _height(value, top)
    return f'<line x1="0" y1="{y:.1f}" x2="{WIDTH}" y2="{y:.1f}" stroke="#b91c1c" stroke-dasharray="5 4"/>'


def _legend(series: Sequence[Line]) -> str:
    items = (
        f'<li style="--c:{COLOURS[n % len(COLOURS)]}">{html.escape(label)}</li>' for n, (label, *_) in enumerate(series)
    )
    return f"<ul>{''.join(items)}</ul>"


def _alarms() -> str:
    rows = "".join(_row(alarm) for alarm in alarms.alarms(Template({}).body))
    head = "<tr><th>Alarm</th><th>Calls when</th><th>Wakes</th></tr>"
    return f'<section style="grid-column:1/-1"><h2>Alarms</h2><table>{head}{rows}</table></section>'


def _row(alarm: alarms.Alarm) -> str:
    sign = "&lt;" if alarm.below else "≥"
    names = " + ".join(dict.fromkeys(metric.name for metric in alarm.metrics))
    when = f"{names} {sign} {alarm.threshold:g}, {alarm.hits} of {alarm.periods} × {alarm.seconds // 60} min"
    wakes = "somebody" if alarm.page else "nobody"
    return f"<tr><td>{alarm.name}: {html.escape(alarm.says)}</td><td>{when}</td><td>{wakes}</td></tr>"
