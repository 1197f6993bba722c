/**
 * The Python program of the experiment. Text only.
 *
 *     workload.py probe                  library, whether its pool is there, CPUs, seconds for a product
 *     workload.py one|threads|processes  COUNT products, in the given way
 */

/** Small enough that threads have to agree often: that is where a second pool costs most. */
export const MATRIX_SIZE = 200;

export const PYTHON_PROGRAM = `
import json, os, sys, time
import numpy

SIZE = ${MATRIX_SIZE}
# os.cpu_count() honours PYTHON_CPU_COUNT from Python 3.13 on.
POOL = min(32, int(os.environ.get("PYTHON_CPU_COUNT") or os.cpu_count() or 1))


def products(task):
    seed, count = task
    matrix = numpy.random.default_rng(seed).standard_normal((SIZE, SIZE))
    result = matrix.copy()
    for _ in range(count):
        result = matrix @ result
        result /= numpy.abs(result).max()
    return float(result[0, 0])


def blas():
    products((0, 1))
    try:
        with open("/proc/self/maps") as maps:
            names = {line.split("/")[-1].strip() for line in maps if "/" in line}
    except OSError:
        return None
    for word, title in (("openblas", "OpenBLAS"), ("mkl_rt", "MKL"), ("mkl_core", "MKL"), ("blis", "BLIS")):
        if any(word in name for name in names):
            return (title + " " + version()).strip()
    return ""


def version():
    try:
        # scipy-openblas wheels append numbers of their own.
        return ".".join(numpy.__config__.CONFIG["Build Dependencies"]["blas"]["version"].split(".")[:3])
    except (AttributeError, KeyError):
        return ""


def probe():
    name = blas()
    times = []
    for _ in range(5):
        start = time.perf_counter()
        products((0, 40))
        times.append((time.perf_counter() - start) / 40)
    return {
        "python": sys.version.split()[0],
        "numpy": numpy.__version__,
        "blas": name,
        "pool": POOL,
        "secondsPerUnit": min(times),
    }


def main():
    mode = sys.argv[1]
    if mode == "probe":
        print(json.dumps(probe()))
        return
    print(json.dumps({"pid": os.getpid()}), flush=True)
    parts = 4 * POOL
    count = int(sys.argv[2])
    tasks = [(part, count * (part + 1) // parts - count * part // parts) for part in range(parts)]
    if mode == "one":
        for task in tasks:
            products(task)
    elif mode == "threads":
        from multiprocessing.pool import ThreadPool
        with ThreadPool(POOL) as pool:
            pool.map(products, tasks, 1)
    else:
        import multiprocessing
        context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        with context.Pool(POOL) as pool:
            pool.map(products, tasks, 1)
            pool.close()
            pool.join()


if __name__ == "__main__":
    main()
`.trimStart();
