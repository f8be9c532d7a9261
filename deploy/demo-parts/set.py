"""Sets keys in a scop.toml: set.py FILE section.key=VALUE … (VALUE as TOML). A key that is there, commented or not, is replaced."""
import re
import sys


def set_key(lines, section, key, value):
    try:
        start = lines.index(f"[{section}]") + 1
    except ValueError:
        lines += ["", f"[{section}]"]
        start = len(lines)
    end = next((at for at in range(start, len(lines)) if re.match(r"\s*\[", lines[at])), len(lines))
    for at in range(start, end):
        if re.match(rf"#?\s*{re.escape(key)}\s*=", lines[at]):
            lines[at] = f"{key} = {value}"
            return
    lines.insert(start, f"{key} = {value}")


def main():
    path = sys.argv[1]
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    for argument in sys.argv[2:]:
        name, value = argument.split("=", 1)
        section, key = name.rsplit(".", 1)
        set_key(lines, section, key, value)
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


main()
