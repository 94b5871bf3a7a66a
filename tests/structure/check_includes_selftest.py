"""Shows that check_includes.py fails on what it must fail on, and passes what is right."""

import pathlib
import tempfile
import unittest

from check_includes import check


class CheckIncludes(unittest.TestCase):
    def faults(self, **files: str) -> list[str]:
        """Faults of a tree of the given files; a name's double underscore stands for a slash."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in files.items():
                path = root / (name.replace("__", "/") + (".cpp" if text.startswith("//cpp") else ".hpp"))
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return check(root)

    def assert_one(self, faults: list[str], *words: str) -> None:
        self.assertEqual(len(faults), 1, faults)
        for word in words:
            self.assertIn(word, faults[0])

    def test_downward_includes_pass(self):
        self.assertEqual(self.faults(
            src__base__comm="#include <mpi.h>\n#include <vector>\n",
            src__run__loop='#include "base/comm.hpp"\n#include "run/stage.hpp"\n#include <fmt/format.h>\n',
            src__run__stage="",
            kernels__flows="#include <Kokkos_Core.hpp>\n",
            tests__unit__linalg__test='//cpp\n#include <petscmat.h>\n#include <gtest/gtest.h>\n#include "run/loop.hpp"\n',
        ), [])

    def test_upward_include_fails(self):
        self.assert_one(self.faults(src__base__a='#include <span>\n#include "grid/b.hpp"\n', src__grid__b=""),
                        "src/base/a.hpp:2", "upward")

    def test_blind_layer_fails(self):
        self.assert_one(self.faults(src__solve__a='#include "grid/b.hpp"\n', src__grid__b=""),
                        "src/solve/a.hpp:1", "must not know grid")
        self.assert_one(self.faults(kernels__a='#include "base/b.hpp"\n', src__base__b=""), "must not know base")

    def test_blind_to_a_folder_fails(self):
        self.assert_one(self.faults(src__certify__a='#include "solve/prices/b.hpp"\n', src__solve__prices__b=""),
                        "src/certify/a.hpp:1", "must not know")
        self.assertEqual(self.faults(src__certify__a='#include "solve/highs/b.hpp"\n', src__solve__highs__b=""), [])

    def test_cycle_fails(self):
        self.assert_one(self.faults(src__lp__a='#include "lp/b.hpp"\n', src__lp__b='#include "lp/c.hpp"\n',
                                    src__lp__c='#include "lp/a.hpp"\n', src__lp__d='#include "lp/a.hpp"\n'),
                        "cycle", "src/lp/a.hpp -> src/lp/b.hpp -> src/lp/c.hpp -> src/lp/a.hpp")

    def test_external_header_out_of_place_fails(self):
        for header in ("petscksp.h", "hdf5.h", "Kokkos_Core.hpp", "Highs.h", "interfaces/highs_c_api.h",
                       "toml++/toml.h", "csv.h", "metis.h", "CLI/CLI.hpp", "mpi.h"):
            with self.subTest(header=header):
                self.assert_one(self.faults(src__model__a=f"#include <{header}>\n"), "src/model/a.hpp:1", header)

    def test_library_only_in_the_adapter_file(self):
        self.assertEqual(self.faults(src__solve__highs_adapter="//cpp\n#include <Highs.h>\n"), [])
        self.assert_one(self.faults(src__solve__prices="//cpp\n#include <Highs.h>\n"), "src/solve/highs")

    def test_unknown_library_fails(self):
        self.assert_one(self.faults(src__run__a="#include <boost/graph.hpp>\n"), "unknown")

    def test_include_not_by_layer_fails(self):
        self.assert_one(self.faults(src__run__a='#include "b.hpp"\n', src__run__b=""), "layer/file.hpp")

    def test_unknown_layer_fails(self):
        self.assert_one(self.faults(src__extra__a="#include <span>\n"), "no layer")


if __name__ == "__main__":
    unittest.main()
