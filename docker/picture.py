#!/usr/bin/env python3
"""Prints the picture of a start, which the README shows: docker/picture.py >docker/start.svg"""

from xml.sax.saxutils import escape

WIDTH = 920
TOP, STEP = 96, 34
LANES = {
    "init": (125, "PID 1: init"),
    "fetcher": (360, "fetcher, jailed"),
    "aws": (610, "AWS"),
    "command": (805, "launcher, command"),
}

# What happens, from top to bottom: ("does", lane, line...) or ("sends", from, to, text).
STEPS = [
    ("does", "init", "blocks all signals,", "creates a file in memory"),
    ("sends", "init", "fetcher", "fork"),
    ("does", "fetcher", "reads token and CA files,", "enters the jail: uid, limits,", "Landlock, seccomp"),
    ("sends", "fetcher", "aws", "the role's credentials?"),
    ("sends", "aws", "fetcher", "key, token"),
    ("sends", "fetcher", "aws", "TLS: GetParametersByPath /kops/"),
    ("sends", "aws", "fetcher", "ten parameters, the next page"),
    ("does", "fetcher", "writes NAME=value", "into the file"),
    ("sends", "fetcher", "init", "exit 0: all values loaded"),
    ("sends", "init", "command", "fork"),
    ("does", "command", "copies and checks the file,", "merges variables"),
    ("does", "command", "execve: the command runs"),
    ("does", "init", "closes the file,", "reaps orphans"),
    ("sends", "init", "command", "SIGTERM and every other signal"),
    ("sends", "command", "init", "exit code"),
    ("does", "init", "exits with the command's code"),
]

# How long each process lives: lane, first step, last step, class.
LIVES = [
    ("init", 0, 15, "process"),
    ("fetcher", 1, 8, "jail"),
    ("command", 9, 10, "process"),
    ("command", 11, 14, "running"),
]

STYLE = """
    svg { font: 13px system-ui, sans-serif; }
    .paper { fill: #ffffff; } .edge { fill: none; stroke: #d0d7de; }
    text { fill: #1f2328; } .head { font-weight: 600; font-size: 14px; }
    .lane { stroke: #8c959f; stroke-dasharray: 3 4; }
    .arrow { stroke: #1f2328; stroke-width: 1.4; fill: none; } .tip { fill: #1f2328; }
    .process { fill: #8c959f; } .jail { fill: #cf222e; } .running { fill: #1a7f37; }
    .note { fill: #ddf4ff; stroke: #54aeff; }
    @media (prefers-color-scheme: dark) {
      .paper { fill: #0d1117; } .edge { stroke: #30363d; }
      text { fill: #e6edf3; }
      .arrow { stroke: #e6edf3; } .tip { fill: #e6edf3; }
      .jail { fill: #f85149; } .running { fill: #3fb950; }
      .note { fill: #121d2f; stroke: #1f6feb; }
    }
"""


def heights():
    """The middle of each step, and the end of the picture. A note takes a line of room for each of its own."""
    y, middles = TOP, []
    for kind, *rest in STEPS:
        room = STEP if kind == "sends" else 14 + 17 * (len(rest) - 1)
        middles.append(y + room / 2)
        y += room + 6
    return middles, y + 16


def text(x, y, words, anchor="middle", style=""):
    look = f' class="{style}"' if style else ""
    return f'  <text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{look}>{escape(words)}</text>'


def note(lane, y, lines):
    x, _ = LANES[lane]
    width = max(len(line) for line in lines) * 7 + 16
    height = 17 * len(lines) + 7
    corner = f'x="{x - width / 2:g}" y="{y - height / 2:g}"'
    yield f'  <rect class="note" {corner} width="{width:g}" height="{height}" rx="4"/>'
    for at, line in enumerate(lines):
        yield text(x, y - height / 2 + 17 + 17 * at, line)


def arrow(source, target, y, words):
    away = 5 if LANES[source][0] < LANES[target][0] else -5
    start, end = LANES[source][0] + away, LANES[target][0] - away
    # Long arrows have their words between two lanes.
    between = (source, target) if "fetcher" in (source, target) else ("fetcher", "aws")
    middle = sum(LANES[lane][0] for lane in between) / 2
    yield text(middle, y - 1, words)
    yield f'  <path class="arrow" d="M{start} {y + 6:g}H{end - away}"/>'
    yield f'  <path class="tip" d="M{end} {y + 6:g}l{-2 * away} -4v8z"/>'


def picture():
    middles, height = heights()
    size = f'viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
    yield "  <title>A start: init forks the fetcher, which loads the values, and then the command</title>"
    yield f"  <style>{STYLE}  </style>"
    yield f'  <rect class="paper" width="{WIDTH}" height="{height:g}" rx="6"/>'
    yield f'  <rect class="edge" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1:g}" rx="6"/>'
    for lane, (x, name) in LANES.items():
        yield text(x, 36, name, style="head")
        yield f'  <path class="lane" d="M{x} {90 if lane == "aws" else 48}V{height - 12:g}"/>'
    yield text(LANES["aws"][0], 66, "credentials endpoint,")
    yield text(LANES["aws"][0], 83, "Parameter Store")
    for lane, first, last, style in LIVES:
        top = middles[first] + (6 if first else -22)
        bottom = middles[last] + 6
        x, _ = LANES[lane]
        yield f'  <rect class="{style}" x="{x - 4}" y="{top:g}" width="8" height="{bottom - top:g}" rx="2"/>'
    for (kind, *rest), y in zip(STEPS, middles):
        yield from note(rest[0], y, rest[1:]) if kind == "does" else arrow(rest[0], rest[1], y, rest[2])
    yield "</svg>"


if __name__ == "__main__":
    print("\n".join(picture()))
