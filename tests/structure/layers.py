"""The structure of the C++ code, as data: which layer may include which, and where each external library may
be touched. check_includes.py holds the code against it."""

# From left to right: a layer may include itself and the layers to its left.
LAYERS = (
    "base", "grid", "lp", "linalg", "kernels",
    "caseio", "partition", "model", "powerflow",
    "verify", "security", "solve",
    "results", "report", "certify", "run", "cli",
)

# What a layer must not include although it stands to its left.
BLIND_TO = {
    "lp": {"grid"},  # a programme knows no plant
    "linalg": {"grid", "lp"},
    "kernels": set(LAYERS) - {"kernels"},  # builds alone
    "partition": {"caseio"},
    "model": {"caseio", "kernels"},
    "powerflow": {"lp", "caseio", "model"},
    "verify": {"lp", "model", "caseio"},  # equations of its own, from docs/theory
    "security": {"lp", "caseio", "model"},
    "solve": {"grid", "caseio", "partition", "model", "powerflow", "security"},  # sees blocks, rows and oracles
}

# Folders of layers to its left that a layer must not include: what checks another part shares none of its code.
BLIND_TO_FOLDERS = {
    "certify": ("kernels/", "src/solve/prices/"),
}

# External header (a regular expression for the whole name) -> folders or path prefixes that may include it. A layer's own
# unit tests, tests/unit/<layer>, may touch what the layer may.
EXTERNAL = {
    r"petsc\w*\.h": ("src/linalg/",),
    r"hdf5(_hl)?\.h|H5\w+\.h": ("src/results/",),
    r"Kokkos_\w+\.hpp": ("kernels/",),
    r"(Highs|HConfig|highs_c_api)\.h|(highs|lp_data|interfaces|util)/.*\.h": (
        "src/solve/highs", "src/solve/prices/dispatch/hour", "src/solve/prices/improve/window"),
    r"toml\+\+/.*|csv\.h": ("src/caseio/",),
    r"metis\.h": ("src/partition/",),
    r"CLI/.*": ("src/cli/",),
    # The communicator is base's; PETSc's and HDF5's own interfaces ask for the raw one.
    r"mpi\.h": ("src/base/", "src/linalg/", "src/results/", "tests/unit/"),
    r"cblas\.h|lapacke\.h": ("src/linalg/", "kernels/"),
    r"klu\.h": ("tests/bench/",),
    r"immintrin\.h": ("kernels/detail/ac_lanes",),
    r"nlohmann/.*": ("src/caseio/imports/", "src/results/", "src/report/", "src/certify/", "src/run/", "src/cli/", "tests/"),
    r"fmt/.*": ("src/", "tests/"),
    r"spdlog/.*": ("src/base/",),
    r"g(test|mock)/.*": ("tests/", "kernels/tests/"),
    r"benchmark/.*": ("tests/bench/", "kernels/bench/"),
    # The operating system's own.
    r"(unistd|signal|fcntl|pthread|spawn|malloc)\.h|sys/\w+\.h": ("src/base/", "src/results/", "src/run/", "src/cli/", "tests/"),
}
