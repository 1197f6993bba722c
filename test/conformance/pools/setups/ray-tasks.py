"""Ray tasks, as many at a time as Ray finds CPUs."""
import os
import tempfile

# Before the import: no token below the home folder, no report of its use.
os.environ.update(RAY_AUTH_MODE="disabled", RAY_USAGE_STATS_ENABLED="0")
import ray

from work import SIZE, measure, task

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="ray", dir="/tmp") as folder:
        ray.init(num_cpus=SIZE, include_dashboard=False, log_to_driver=False, _temp_dir=folder)
        try:
            remote = ray.remote(task)
            measure(lambda count: ray.get([remote.remote(index) for index in range(count)]))
        finally:
            ray.shutdown()
