#include "cli/imports.hpp"

#include "caseio/fault.hpp"
#include "caseio/imports/egret/import.hpp"
#include "caseio/imports/matpower/import.hpp"
#include "caseio/imports/pglib_uc.hpp"
#include "caseio/imports/rts_gmlc/import.hpp"
#include "caseio/imports/unitcommitment_jl.hpp"
#include "cli/end_of_root.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>

namespace longyang::cli {
namespace {

namespace imports = caseio::imports;

struct Request {
    const std::string& file;
    const std::string& folder;
    bool dc_lines = true;
    int chords = 0; ///< of a polynomial cost; 0: as many as the tool takes
};

struct Tool {
    const char* name;
    const char* what;
    const char* file;
    imports::Imported (*import)(const Request&);
};

constexpr std::array tools = {
    Tool{"matpower", "of a MATPOWER case, format version 2", "MATPOWER case file (.m)",
         [](const Request& r) {
             imports::matpower::Choices choices;
             choices.dc_lines = r.dc_lines;
             choices.chords = r.chords > 0 ? r.chords : choices.chords;
             return imports::matpower::import_case(r.file, r.folder, choices);
         }},
    Tool{"pglib-uc", "of a unit commitment instance of pglib-uc", "pglib-uc instance (.json)",
         [](const Request& r) { return imports::pglib_uc::import_case(r.file, r.folder); }},
    Tool{"rts-gmlc", "of RTS-GMLC, day-ahead year", "folder of RTS-GMLC",
         [](const Request& r) { return imports::rts_gmlc::import_case(r.file, r.folder); }},
    Tool{"egret", "of model data of Egret, or of Prescient", "model data (.json)",
         [](const Request& r) {
             imports::egret::Choices choices;
             choices.chords = r.chords > 0 ? r.chords : choices.chords;
             return imports::egret::import_case(r.file, r.folder, choices);
         }},
    Tool{
        "unitcommitment", "of an instance of UnitCommitment.jl", "instance (.json, unpacked)",
        [](const Request& r) { return imports::unitcommitment_jl::import_case(r.file, r.folder); }},
};

Exit tell(const std::string& folder, const imports::Imported& imported) {
    for (const std::string& note : imported.notes) {
        fmt::print("{}\n", note);
    }
    if (imported.faults.empty()) {
        fmt::print("{}: written, no faults\n", folder);
        return Exit::ok;
    }
    fmt::print("{}: written, with faults:\n{}\n", folder, caseio::words(imported.faults));
    return Exit::faulty_case;
}

} // namespace

ImportCommand::ImportCommand(CLI::App& app)
    : import_(app.add_subcommand("import", "make a case of another tool's file")) {
    import_->require_subcommand(1);
    for (const Tool& tool : tools) {
        CLI::App* one = import_->add_subcommand(tool.name, tool.what);
        one->add_option("FILE", file_, tool.file)->required();
        one->add_option("CASE", folder_, "folder of the case to be made")->required();
        tools_.push_back(one);
    }
    constexpr int most_chords = 100;
    for (const char* const name : {"matpower", "egret"}) {
        import_->get_subcommand(name)
            ->add_option("--chords", chords_,
                         "chords that a polynomial cost becomes (matpower: 10, egret: 2)")
            ->check(CLI::Range(1, most_chords));
    }
    tools_.front()->add_flag("--no-dc-lines", no_dc_lines_,
                             "leave mpc.dcline out, as MATPOWER does unless told otherwise");
}

Exit ImportCommand::run(const Comm& comm) const {
    return end_of_root(comm, [&] {
        for (std::size_t k = 0; k < tools_.size(); ++k) {
            if (tools_[k]->parsed()) {
                return tell(folder_, tools[k].import({file_, folder_, !no_dc_lines_, chords_}));
            }
        }
        throw Error(Exit::defect, "import without a tool");
    });
}

} // namespace longyang::cli
