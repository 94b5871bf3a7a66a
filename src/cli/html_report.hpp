#pragma once

#include "base/comm.hpp"
#include "base/error.hpp"

#include <string>

namespace longyang::cli {

/// What `longyang report --html` is asked for. Empty texts: not given.
struct HtmlRequest {
    std::string results;   ///< results file
    std::string page;      ///< HTML file to write
    std::string compared;  ///< second results file
    std::string language;  ///< en | zh
    bool certified = true; ///< certify the runs first, where they can be
};

/// Writes the page by the Python package longyang.report: run by $LONGYANG_PYTHON, else by the
/// project's .venv, else by python3. Runs by prices whose case is where it was are certified first.
/// Throws Error (file) where Python or the package is not there, or no page can be written in its
/// folder, which are found out first, or where the page cannot be made.
[[nodiscard]] Exit html_report(const Comm& comm, const HtmlRequest& request);

} // namespace longyang::cli
