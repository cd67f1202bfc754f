"""`python -m benchmarks [NAME ...]`: run the benchmarks, print a table, write build/bench.json."""

import importlib
import json
import pkgutil
import sys
from pathlib import Path

import benchmarks

RESULT = Path("build/bench.json")


def main(names: list[str]) -> int:
    """Run the named modules, or all; the ratio is peer / ours, so that more is better."""
    there = [module.name for module in pkgutil.iter_modules(benchmarks.__path__)]
    there = [name for name in there if not name.startswith("_")]
    if unknown := set(names) - set(there):
        print(f"no benchmark named {', '.join(sorted(unknown))}; there are: {', '.join(there)}")
        return 1
    rows = []
    print(f"{'':40} {'ours':>10} {'peer':>10} {'unit':5} {'ratio':>7}  peer")
    for name in names or there:
        for row in importlib.import_module(f"benchmarks.{name}").rows():
            row = {**row, "ratio": row["peer"] / row["ours"]}
            rows.append(row)
            print(
                f"{row['name']:40} {row['ours']:10.4g} {row['peer']:10.4g} {row['unit']:5}"
                f" {row['ratio']:7.2f}  {row['peer_name']}",
                flush=True,
            )
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(rows, indent=1) + "\n")
    print(f"written to {RESULT}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
