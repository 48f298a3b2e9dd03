"""Runs every command of a Markdown file, block by block, in the current folder, and follows its links to files.

A fenced block marked ``sh`` is one script. It must exit with 0; where a command is meant to exit otherwise, the block says
so itself (``command || test $? -eq 10``). Other words for a shell, and words after ``sh``, are refused: a command that
nobody runs is a command that stops working.
"""

import pathlib
import re
import subprocess
import sys
import time

SECONDS_PER_BLOCK = 1800
SHELLS = {"bash", "console", "fish", "powershell", "shell", "shell-session", "zsh"}


def blocks(text):
    r"""The shell blocks of a page, as (line, script).

    >>> blocks("Run:\n```sh\nls -l\n```\nand see\n```toml\na = 1\n```\n")
    [(2, 'ls -l\n')]
    >>> blocks("- an item\n  ```sh\n  ls\n  ```\n")
    [(2, 'ls\n')]
    >>> blocks("````md\n```sh\nnot a command\n```\n````\n")
    []
    >>> blocks("```sh no-run\nls\n```\n")
    Traceback (most recent call last):
    ValueError: line 1: `sh no-run`: every command is run
    >>> blocks("```bash\nls\n```\n")
    Traceback (most recent call last):
    ValueError: line 1: write `sh` instead of `bash`, so that the block is run
    >>> blocks("```\n$ ls\n```\n")
    Traceback (most recent call last):
    ValueError: line 1: a block says what it holds: sh, toml, text, ...
    >>> blocks("```sh\nls\n")
    Traceback (most recent call last):
    ValueError: line 1: the block does not end
    """
    found = []
    fence = language = start = indent = None
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if fence is None and bare.startswith("```"):
            fence = "`" * (len(bare) - len(bare.lstrip("`")))
            language, start, indent, lines = bare.strip("`").strip(), number, len(line) - len(line.lstrip()), []
            words = language.split()
            if not words:
                raise ValueError(f"line {number}: a block says what it holds: sh, toml, text, ...")
            if words[0] in SHELLS:
                raise ValueError(f"line {number}: write `sh` instead of `{words[0]}`, so that the block is run")
            if words[0] == "sh" and len(words) > 1:
                raise ValueError(f"line {number}: `{language}`: every command is run")
        elif fence is not None and bare == fence:
            if language == "sh":
                found.append((start, "".join(lines)))
            fence = None
        elif fence is not None:
            lines.append(line[indent:] + "\n")
    if fence is not None:
        raise ValueError(f"line {start}: the block does not end")
    return found


def dead_links(text, folder):
    r"""Links and pictures of a page that lead to no file.

    >>> dead_links("[a](tests/run) [b](https://example.org) [c](#top) ![d](no/such.png) [e](tests#part)", ".")
    ['no/such.png']
    """
    targets = (target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text))
    return [target for target in targets if target and ":" not in target and not (pathlib.Path(folder) / target).exists()]


def run(page):
    """Runs the blocks of a page; the number of blocks that passed, or None after the first that did not."""
    text = pathlib.Path(page).read_text(encoding="utf-8")
    scripts = blocks(text)
    if not scripts:
        raise ValueError("no block marked `sh`")
    dead = dead_links(text, pathlib.Path(page).parent)
    if dead:
        raise ValueError("links lead nowhere: " + ", ".join(dead))
    for line, script in scripts:
        started = time.monotonic()
        try:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=SECONDS_PER_BLOCK,
                check=False,
            )
            output, ended = done.stdout, f"exit code {done.returncode}" if done.returncode else None
        except subprocess.TimeoutExpired as slow:
            output, ended = slow.stdout or b"", f"not done after {SECONDS_PER_BLOCK} seconds"
        first = script.strip().splitlines()[0] if script.strip() else "(empty)"
        print(f"{page}:{line}: {first} ({time.monotonic() - started:.0f}s)", flush=True)
        if ended:
            print(output.decode(errors="replace")[-4000:])
            print(f"{page}:{line}: {ended} from\n{script}", file=sys.stderr)
            return None
    return len(scripts)


def main():
    try:
        passed = run(sys.argv[1] if len(sys.argv) > 1 else "README.md")
    except (OSError, ValueError) as error:
        print(f"tests/readme.py: {error}", file=sys.stderr)
        return 1
    if passed is None:
        return 1
    print(f"{passed} passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
