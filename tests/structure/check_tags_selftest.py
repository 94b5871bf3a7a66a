"""Shows that check_tags.py fails on what it must fail on, and passes what is right."""

import pathlib
import tempfile
import unittest

import check_tags


class CheckTags(unittest.TestCase):
    def faults(self, pages: dict[str, str], sources: dict[str, str]) -> list[str]:
        """Faults of a tree with the given pages (the others empty) and sources."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            files = {f"docs/theory/{page}.md": pages.get(page, "") for page in check_tags.PAGES}
            for name, text in {**files, **sources}.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return check_tags.check(root)

    def test_tags_that_agree_pass(self):
        self.assertEqual(self.faults(
            {"thermal": "- **TH-1** transitions, see DC-9 elsewhere", "dc-power-flow": "**DC-4** and **DC-5**"},
            {"src/model/a.cpp": "// TH-1  u = v", "kernels/b.hpp": "/// (DC-4) with AVX-512",
             "src/powerflow/c.cpp": '"DC-5"', "kernels/tests/d.cpp": "// XY-1 of a test"}), [])

    def test_equation_without_code_fails(self):
        faults = self.faults({"thermal": "**TH-1** **TH-12**"}, {"src/model/a.cpp": "TH-1", "src/lp/b.cpp": "TH-12"})
        self.assertEqual(len(faults), 1)
        self.assertIn("docs/theory/thermal.md: TH-12 is named nowhere", faults[0])

    def test_tag_without_equation_fails(self):
        faults = self.faults({"thermal": "**TH-1**"}, {"src/model/a.cpp": "// TH-1\n// TH-2", "src/run/b.hpp": ""})
        self.assertEqual(faults, ["src/model/a.cpp:2: TH-2 is defined on no page of docs/theory"])

    def test_tag_defined_twice_fails(self):
        faults = self.faults({"thermal": "**TH-1**", "hydro": "**TH-1**"}, {"src/model/a.cpp": "TH-1"})
        self.assertEqual(len(faults), 1)
        self.assertIn("defined 2 times", faults[0])

    def test_missing_page_fails(self):
        with tempfile.TemporaryDirectory() as folder:
            faults = check_tags.check(pathlib.Path(folder))
        self.assertEqual(len(faults), len(check_tags.PAGES))


if __name__ == "__main__":
    unittest.main()
