#include "cli/commands.hpp"

#include "base/version.hpp"
#include "caseio/check_case.hpp"
#include "caseio/explain.hpp"
#include "caseio/read_case.hpp"
#include "cli/end_of_root.hpp"
#include "kernels/runtime.hpp"
#include "linalg/petsc_scope.hpp"
#include "report/compare.hpp"
#include "report/summary.hpp"
#include "results/datasets.hpp"
#include "results/read.hpp"
#include "run/fitting_options.hpp"
#include "run/options.hpp"
#include "solve/highs/engine.hpp"

#include <fmt/format.h>

namespace longyang::cli {
namespace {

struct ExitCode {
    Exit code;
    const char* meaning;
};

constexpr ExitCode exit_codes[] = {
    {Exit::ok, "all went well"},
    {Exit::different, "compare: the files differ"},
    {Exit::usage, "the command line is wrong"},
    {Exit::faulty_case, "the case has faults; all of them were printed; import: the file has"},
    {Exit::infeasible, "no schedule keeps all limits; the conflict was printed"},
    {Exit::limit, "stopped by a limit (time, rounds); partial results were written"},
    {Exit::numerical, "a solver failed, or its answer did not pass the independent check; certify: "
                      "refuted; flow: an "
                      "hour's power flow is not solved"},
    {Exit::file, "a file could not be read or written"},
    {Exit::defect, "an internal error of the program"},
    {Exit::checkpoint, "stopped at a checkpoint by a signal; submit again with --restart"},
};

} // namespace

std::string version_line() {
    return fmt::format("longyang {} ({})", base::version, base::git_hash);
}

Exit check(const Comm& comm, const std::string& folder, bool explain,
           const std::vector<caseio::Change>& changes) {
    return end_of_root(comm, [&] {
        const caseio::LoadedCase loaded = caseio::parse_case(caseio::read_files(folder), changes);
        const std::vector<caseio::Fault> faults = caseio::all_faults(loaded);
        if (explain) {
            fmt::print("{}", caseio::explain_defaults(loaded));
        }
        for (const caseio::AppliedChange& change : loaded.changes) {
            fmt::print("{}\n", words(change));
        }
        std::vector<std::string> wrong_options = run::wrong_options(loaded);
        if (wrong_options.empty() && faults.empty()) {
            wrong_options = run::misfits(loaded);
        }
        for (const std::string& line : wrong_options) {
            fmt::print("{}\n", line);
        }
        if (!faults.empty()) {
            fmt::print("{}\n", caseio::words(faults));
        }
        if (!wrong_options.empty()) {
            return Exit::usage;
        }
        if (faults.empty()) {
            fmt::print("{}: no faults\n", folder);
        }
        return faults.empty() ? Exit::ok : caseio::exit_of(faults);
    });
}

Exit explain_case_format(const Comm& comm) {
    return end_of_root(comm, [] {
        fmt::print("{}", caseio::explain_format());
        return Exit::ok;
    });
}

Exit report(const Comm& comm, const std::string& path) {
    return end_of_root(comm, [&] {
        fmt::print("{}", report::summary(results::read_results(path)));
        return Exit::ok;
    });
}

Exit compare(const Comm& comm, const std::string& a, const std::string& b, double rtol,
             double atol) {
    return end_of_root(comm, [&] {
        const auto comparison =
            report::compare_results(results::read_results(a), results::read_results(b), rtol, atol);
        for (const std::string& line : comparison.lines) {
            fmt::print("{}\n", line);
        }
        return comparison.identical ? Exit::ok : Exit::different;
    });
}

Exit certify(const Comm& comm, const certify::Request& request, bool json) {
    const certify::Report report = certify::certify(comm, request);
    if (comm.root()) {
        fmt::print("{}", json ? certify::in_json(report) : certify::in_words(report));
    }
    return report.confirmed() ? Exit::ok : Exit::numerical;
}

Exit info(const Comm& comm, Topic topic) {
    return end_of_root(comm, [&] {
        switch (topic) {
        case Topic::options:
            fmt::print("{}", run::describe_options());
            break;
        case Topic::results_format:
            fmt::print("{}", results::describe_format());
            break;
        case Topic::libraries:
            fmt::print("{}\n{}\n{}\n{}\n\nExit codes:\n", version_line(),
                       kernels::describe_backend(), linalg::describe_petsc(),
                       solve::highs::describe());
            for (const ExitCode& e : exit_codes) {
                fmt::print("{:4}  {}\n", static_cast<int>(e.code), e.meaning);
            }
            break;
        }
        return Exit::ok;
    });
}

} // namespace longyang::cli
