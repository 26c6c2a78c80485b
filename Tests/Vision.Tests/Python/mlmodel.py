"""Reads an MLmodel file as MLflow does (safe YAML, signature parts as JSON strings) and prints what the test reads."""
import json
import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as file:
    model = yaml.safe_load(file)
for side in ("inputs", "outputs"):
    specs = json.loads(model["signature"][side])
    assert all(spec["type"] == "tensor" and spec["tensor-spec"]["dtype"] == "float32" for spec in specs)
    model[side[:-1] + "_shapes"] = str([spec["tensor-spec"]["shape"] for spec in specs])
assert isinstance(model["utc_time_created"], str) and isinstance(model["model_uuid"], str) and isinstance(model["model_size_bytes"], int)
print(json.dumps(model))
