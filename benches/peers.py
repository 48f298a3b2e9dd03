"""Times Assize beside another scanner on the same folder, in the same run, and prints the ratios.

    python3 benches/peers.py ASSIZE FOLDER [--runs N]

The peer is checkov, from PyPI at the version pinned below, installed once into ~/.cache/assize/tools. Both read Kubernetes manifests only,
and write their result to nowhere; neither uses the network. Runs alternate, so that a busy machine slows both. Figures are medians.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

CHECKOV = "3.3.30"


def checkov():
    """The program, installed in a virtual environment of its own."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
    place = cache / "assize" / "tools" / f"checkov-{CHECKOV}"
    program = place / "bin" / "checkov"
    if not program.exists():
        print(f"installing checkov {CHECKOV}, once", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        subprocess.run([place / "bin" / "pip", "install", "--quiet", f"checkov=={CHECKOV}"], check=True)
    return program


def measure(command):
    """Wall seconds, processor seconds and peak memory in MB of one run; the exit code does not matter, scanners use it for findings."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assize", help="the release binary")
    parser.add_argument("folder", help="a folder of Kubernetes manifests")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    other = checkov()
    rows = {"assize": [], "checkov": []}
    with tempfile.TemporaryDirectory() as scratch:
        for run in range(arguments.runs):
            database = os.path.join(scratch, f"{run}.db")
            rows["assize"].append(measure([arguments.assize, "scan", arguments.folder, "--db", database, "--quiet"]))
            rows["checkov"].append(
                measure([other, "--directory", arguments.folder, "--framework", "kubernetes", "--compact", "--quiet", "--skip-download"])
            )
    medians = {name: [statistics.median(column) for column in zip(*runs)] for name, runs in rows.items()}
    print(f"{'':8} {'wall s':>8} {'cpu s':>8} {'peak MB':>8}   (medians of {arguments.runs} runs each, alternating)")
    for name, (wall, cpu, peak) in medians.items():
        print(f"{name:8} {wall:8.2f} {cpu:8.2f} {peak:8.0f}")
    ratios = [theirs / ours for ours, theirs in zip(medians["assize"], medians["checkov"])]
    print(f"{'ratio':8} {ratios[0]:7.1f}x {ratios[1]:7.1f}x {ratios[2]:7.1f}x")


if __name__ == "__main__":
    main()
