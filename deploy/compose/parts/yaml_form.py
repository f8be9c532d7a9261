"""Mappings and lists as YAML blocks, everything else as JSON, which is YAML."""
import json


def yaml(value, indent=0):
    pad = "  " * indent
    if isinstance(value, dict) and value:
        return "".join(f"\n{pad}{key}:{yaml(inner, indent + 1)}" for key, inner in value.items())
    if isinstance(value, list) and any(isinstance(entry, str) and len(entry) > 30 for entry in value):
        return "".join(f"\n{pad}- {json.dumps(entry)}" for entry in value)
    if isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
        return "".join(f"\n{pad}- {json.dumps(entry)}" for entry in value)
    return " " + json.dumps(value)
