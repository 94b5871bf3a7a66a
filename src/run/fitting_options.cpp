#include "run/fitting_options.hpp"

#include "base/error.hpp"
#include "grid/calendar.hpp"
#include "grid/clean_spans.hpp"
#include "grid/service.hpp"
#include "run/choose_engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <utility>

namespace longyang::run {
namespace {

/// Security looks at one network with all branches.
void require_whole_network(const grid::System& system, const grid::Span& run) {
    const std::vector<grid::NetworkSpan> spans = grid::network_spans(system, run);
    for (const grid::NetworkSpan& span : spans) {
        const auto out = std::find(span.out.begin(), span.out.end(), 1);
        if (out != span.out.end()) {
            const auto branch = static_cast<std::size_t>(out - span.out.begin());
            throw Error(
                Exit::usage,
                fmt::format(
                    "option security: branch {} is out of service from {} on; expected hours "
                    "in which all branches of service.csv are there, or --without "
                    "\"branches[name={}]\"",
                    system.branches.name[branch],
                    grid::date_of_hour(run.begin + span.begin, system.info.year),
                    system.branches.name[branch]));
        }
    }
}

} // namespace

grid::Span span_of(const RunOptions& options, const grid::System& system) {
    grid::Span span{0, options.hours};
    const int year = system.info.year;
    if (!options.from.empty()) {
        span.begin = grid::hour_of_date(options.from, year);
        if (span.begin < 0) {
            throw Error(Exit::usage,
                        fmt::format("option from: found \"{}\", expected a date of {} such as "
                                    "{}-01-15 or {}-01-15T18",
                                    options.from, year, year, year));
        }
    }
    const auto year_h = static_cast<int>(system.profiles.hours);
    if (span.begin + span.hours > year_h) {
        throw Error(Exit::usage,
                    fmt::format("option hours: found {} h from {}, expected at most {}, up to the "
                                "end of the year",
                                span.hours, grid::date_of_hour(span.begin, year),
                                year_h - span.begin));
    }
    return span;
}

void require_of_engine(const RunOptions& options, const grid::System& system,
                       const grid::Span& span) {
    const bool by_prices = options.engine == "prices";
    const bool secured = options.security != "off";
    if (secured && !by_prices) {
        throw Error(Exit::usage, "option security: only with engine prices");
    }
    if (!options.warm.empty() && !by_prices) {
        throw Error(Exit::usage, "option warm: not with engine highs, take engine prices");
    }
    for (const auto& [given, name] :
         {std::pair(options.relax, "relax"), std::pair(!options.write_mps.empty(), "write_mps")}) {
        if (given && by_prices) {
            throw Error(Exit::usage,
                        fmt::format("option {}: not with engine prices, take engine highs", name));
        }
    }
    if (secured) {
        require_whole_network(system, span);
    }
}

std::vector<std::string> misfits(const caseio::LoadedCase& loaded) {
    std::vector<std::pair<std::string, std::string>> in_force;
    RunOptions options = resolve_options(given_by(loaded), in_force);
    std::vector<std::string> told;
    const auto look = [&](const std::function<void()>& work) {
        try {
            work();
        } catch (const Error& e) {
            told.push_back(fmt::format("case.toml, [run]: {}", e.what()));
        }
    };
    for (const std::string& text : options.all_clean) {
        look([&] { (void)grid::parse_clean_spans(loaded.system, text); });
    }
    look([&] {
        const grid::Span span = span_of(options, loaded.system);
        options.engine = chosen_engine(options, loaded.system, span);
        require_of_engine(options, loaded.system, span);
    });
    return told;
}

} // namespace longyang::run
