#pragma once

#include "base/comm.hpp"
#include "base/error.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace longyang::cli {

/// `longyang import TOOL FILE CASE`: a case folder of another tool's file.
class ImportCommand {
public:
    /// Adds the subcommand with one of its own for every tool. Stays where it is, as `app` writes
    /// what it reads into it.
    explicit ImportCommand(CLI::App& app);

    [[nodiscard]] bool parsed() const { return import_->parsed(); }
    /// Writes the case and prints what has no counterpart in it. Throws Error as
    /// caseio::imports::write_case and the tool's own import do.
    [[nodiscard]] Exit run(const Comm& comm) const;

private:
    CLI::App* import_;
    std::vector<CLI::App*> tools_; ///< as in the list of tools
    std::string file_, folder_;
    bool no_dc_lines_ = false;
    int chords_ = 0;
};

} // namespace longyang::cli
