// The program `longyang`: starts MPI, PETSc and the kernels, reads the command line and hands over.

#include "base/log.hpp"
#include "base/meet.hpp"
#include "caseio/fault.hpp"
#include "cli/commands.hpp"
#include "cli/html_report.hpp"
#include "cli/imports.hpp"
#include "kernels/runtime.hpp"
#include "linalg/petsc_scope.hpp"
#include "run/flow_study.hpp"
#include "run/options.hpp"
#include "run/run_study.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace {

using longyang::Comm;
using longyang::Error;
using longyang::Exit;

/// The arguments as they would be typed.
std::string joined(int argc, char** argv) {
    std::string line;
    for (int k = 0; k < argc; ++k) {
        line += k > 0 ? " " : "";
        line += argv[k];
    }
    return line;
}

using Registered = bool longyang::run::Option::*; ///< of_run or of_flow

/// Values of a command's options that stand on the command line, as CLI11 fills them in.
struct GivenTexts {
    std::vector<std::vector<std::string>> value;
    std::vector<CLI::Option*> option; ///< null where the command does not take it

    GivenTexts(CLI::App& command, Registered registered) {
        const auto all = longyang::run::option_registry();
        value.resize(all.size());
        option.resize(all.size(), nullptr);
        for (std::size_t k = 0; k < all.size(); ++k) {
            const auto& o = all[k];
            if (!(o.*registered)) {
                continue;
            }
            std::string names = longyang::run::command_line_name(o.name);
            if (o.name == "output") {
                names.insert(0, "-o,");
            }
            const std::string words = fmt::format(
                "{} [{}; {}{}]", o.meaning, o.unit == "-" ? o.range : o.range + " " + o.unit,
                "default ", o.standard.empty() ? "empty" : o.standard);
            option[k] =
                (o.flag ? command.add_flag(names, value[k], words)
                        : command.add_option(names, value[k], words)->allow_extra_args(false))
                    ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        }
    }
    /// Throws Error (usage) where an option that takes one value was given several times.
    [[nodiscard]] std::vector<longyang::run::GivenOption> given() const {
        const auto all = longyang::run::option_registry();
        std::vector<longyang::run::GivenOption> list;
        for (std::size_t k = 0; k < all.size(); ++k) {
            if (option[k] == nullptr || option[k]->count() == 0) {
                continue;
            }
            if (!all[k].list && value[k].size() > 1) {
                throw Error(Exit::usage, fmt::format("option {}: found {}, expected one value",
                                                     longyang::run::command_line_name(all[k].name),
                                                     fmt::join(value[k], " and ")));
            }
            for (const std::string& one : value[k]) {
                list.push_back({all[k].name, one, "command line"});
            }
        }
        return list;
    }
};

/// A long option with one dash would be read as short ones: -hours as -h. Throws Error (usage).
void refuse_one_dash(const CLI::App& app, int argc, char** argv) {
    for (int k = 1; k < argc && std::string_view(argv[k]) != "--"; ++k) {
        const std::string_view word(argv[k]);
        const std::string name(word.substr(0, word.find('=')));
        if (name.size() < 3 || name[0] != '-' || name[1] == '-') {
            continue;
        }
        const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
        const bool known =
            std::any_of(commands.begin(), commands.end(), [&](const CLI::App* command) {
                return command->get_option_no_throw("-" + name) != nullptr;
            });
        if (known || name[1] == 'h') {
            throw Error(Exit::usage, fmt::format("found {}, expected -{}: long options have two "
                                                 "dashes\nlongyang --help tells more",
                                                 name, name));
        }
    }
}

/// A word that is no subcommand where one is due. Throws Error (usage).
void refuse_unknown_command(const CLI::App& app, int argc, char** argv) {
    const CLI::App* at = &app;
    for (int k = 1; k < argc && argv[k][0] != '-'; ++k) {
        std::vector<std::string> names;
        const CLI::App* next = nullptr;
        for (const CLI::App* command : at->get_subcommands([](const CLI::App*) { return true; })) {
            names.push_back(command->get_name());
            next = names.back() == argv[k] ? command : next;
        }
        if (names.empty()) {
            return; // its own arguments follow
        }
        if (next == nullptr) {
            const std::string nearest = longyang::caseio::nearest_name(argv[k], names);
            throw Error(
                Exit::usage,
                fmt::format("found \"{}\", expected {}{}\nlongyang --help tells more", argv[k],
                            fmt::join(names, ", "),
                            nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)));
        }
        at = next;
    }
}

Exit dispatch(const Comm& comm, int argc, char** argv) {
    CLI::App app("Longyang: hour-by-hour production-cost model of a regional power system");
    app.set_version_flag("--version", longyang::cli::version_line());
    app.require_subcommand(1);
    bool quiet = false;
    bool verbose = false;

    CLI::App* check = app.add_subcommand("check", "all faults of a case, in words");
    std::string folder;
    bool explain = false;
    check->add_option("CASE", folder, "folder of the case");
    check->add_flag("--explain", explain,
                    "with CASE: the defaults that were filled in; alone: the case format");
    const GivenTexts check_options(*check, &longyang::run::Option::of_check);

    CLI::App* run = app.add_subcommand("run", "simulate a case and write a results file");
    run->add_option("CASE", folder, "folder of the case")->required();
    run->add_flag("-q,--quiet", quiet, "warnings only");
    run->add_flag("-v,--verbose", verbose, "details");
    const GivenTexts run_options(*run, &longyang::run::Option::of_run);

    CLI::App* flow = app.add_subcommand("flow", "power flows and outages of a given dispatch");
    flow->add_option("CASE", folder, "folder of the case")->required();
    flow->add_flag("-q,--quiet", quiet, "warnings only");
    flow->add_flag("-v,--verbose", verbose, "details");
    const GivenTexts flow_options(*flow, &longyang::run::Option::of_flow);

    const longyang::cli::ImportCommand import(app);

    CLI::App* report =
        app.add_subcommand("report", "summary of a results file, or a page of it in HTML");
    std::string path;
    longyang::cli::HtmlRequest html;
    bool not_certified = false;
    report->add_option("RESULTS", path, "results file")->required();
    CLI::Option* page = report->add_option("--html", html.page, "page to write");
    report->add_option("--compare", html.compared, "second results file: the page compares the two")
        ->needs(page);
    report->add_option("--language", html.language, "that the page opens in")
        ->check(CLI::IsMember({"en", "zh"}))
        ->needs(page);
    report->add_flag("--no-certify", not_certified, "do not certify the run first")->needs(page);

    CLI::App* compare = app.add_subcommand("compare", "what differs between two results files");
    std::string other;
    double rtol = 1e-6;
    double atol = 1e-6;
    compare->add_option("A", path, "results file")->required();
    compare->add_option("B", other, "results file")->required();
    compare->add_option("--rtol", rtol, "relative tolerance")->capture_default_str();
    compare->add_option("--atol", atol, "absolute tolerance, in the quantity's unit")
        ->capture_default_str();

    CLI::App* certify = app.add_subcommand(
        "certify", "work out bound, cost and gap of a run by prices again, by code of its own");
    longyang::certify::Request request;
    bool json = false;
    certify->add_option("RESULTS", request.results, "results file of a run with --engine prices")
        ->required();
    certify->add_option("--case", request.case_folder, "folder of the case [that of the run]");
    certify
        ->add_option("--largest", request.largest,
                     "plants to name: those with the largest parts of the gap")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    certify
        ->add_option("--general", request.general,
                     "blocks of which HiGHS is asked for a better plan")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    certify->add_flag("--json", json, "print JSON");

    CLI::App* info = app.add_subcommand("info", "libraries, exit codes, documentation");
    bool options = false;
    bool results_format = false;
    info->add_flag("--options", options, "the options of a run");
    info->add_flag("--results-format", results_format, "what a results file holds");

    refuse_one_dash(app, argc, argv);
    refuse_unknown_command(app, argc, argv);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
            if (comm.root()) {
                app.exit(e);
            }
            return Exit::ok;
        }
        throw Error(Exit::usage, std::string(e.what()) + "\nlongyang --help tells more");
    }
    longyang::start_log(comm, quiet ? 0 : verbose ? 2 : 1);

    if (check->parsed()) {
        if (folder.empty() && !explain) {
            throw Error(Exit::usage, "check needs a CASE, or --explain");
        }
        return folder.empty()
                   ? longyang::cli::explain_case_format(comm)
                   : longyang::cli::check(comm, folder, explain, changes_of(check_options.given()));
    }
    if (run->parsed()) {
        return longyang::run::run_study(comm, {folder, run_options.given(), joined(argc, argv)});
    }
    if (flow->parsed()) {
        return longyang::run::flow_study(comm, {folder, flow_options.given(), joined(argc, argv)});
    }
    if (import.parsed()) {
        return import.run(comm);
    }
    if (report->parsed()) {
        if (!html.page.empty()) {
            html.results = path;
            html.certified = !not_certified;
            return longyang::cli::html_report(comm, html);
        }
        return longyang::cli::report(comm, path);
    }
    if (compare->parsed()) {
        return longyang::cli::compare(comm, path, other, rtol, atol);
    }
    if (certify->parsed()) {
        return longyang::cli::certify(comm, request, json);
    }
    using longyang::cli::Topic;
    return longyang::cli::info(comm, options          ? Topic::options
                                     : results_format ? Topic::results_format
                                                      : Topic::libraries);
}

} // namespace

int main(int argc, char** argv) {
    const longyang::MpiScope mpi(argc, argv);
    const Comm comm = longyang::world();
    try {
        const longyang::linalg::PetscScope petsc(comm);
        const longyang::kernels::Runtime kernels;
        return static_cast<int>(dispatch(comm, argc, argv));
    } catch (const Error& e) {
        // All ranks know of it, or the others would wait for this one for ever.
        constexpr double patience_s = 30.0;
        const bool of_all = longyang::meet(comm, patience_s);
        if (comm.root() || !of_all) {
            fmt::print(stderr, "longyang: {}\n", e.what());
        }
        if (!of_all) {
            longyang::abort_all(comm, e.code());
        }
        // On all ranks, or the others would wait in MPI's end.
        if (longyang::sum(comm, longyang::MpiScope::end_forgone() ? 1LL : 0LL) > 0) {
            std::_Exit(static_cast<int>(e.code()));
        }
        return static_cast<int>(e.code());
    } catch (const std::exception& e) {
        // On this rank only, perhaps: the others would wait for ever.
        fmt::print(stderr, "longyang: internal error on rank {}: {}\n", comm.rank(), e.what());
        longyang::abort_all(comm, Exit::defect);
    }
}
