#include "grid/clean_spans.hpp"

#include "base/error.hpp"
#include "grid/calendar.hpp"
#include "grid/expand_units.hpp"
#include "grid/outages.hpp"
#include "grid/service.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>
#include <vector>

namespace longyang::grid {
namespace {

[[noreturn]] void refuse(std::string_view text, const std::string& expected) {
    throw Error(Exit::usage,
                fmt::format("option all_clean: found \"{}\", expected {}", text, expected));
}

/// Hours of "7d" or "36h"; 0 where the text is neither.
int hours_of_length(std::string_view text) {
    int count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || end + 1 != text.data() + text.size() || count < 1 ||
        count > hours_per_year) {
        return 0;
    }
    return *end == 'd' ? 24 * count : *end == 'h' ? count : 0;
}

void append_outage(System& system, int plant, int from_hour, int to_hour, int units,
                   const CleanSpan& span) {
    Outages& outages = system.outages;
    outages.name.emplace_back();
    outages.plant.push_back(plant);
    outages.from_hour.push_back(from_hour);
    outages.to_hour.push_back(to_hour);
    outages.units.push_back(units);
    outages.kind.emplace_back("planned");
    outages.source.push_back("all-clean span " + span.text);
    outages.quality.emplace_back();
    outages.note.emplace_back();
    outages.line.push_back(0);
}

} // namespace

CleanSpan parse_clean_span(const System& system, std::string_view text) {
    CleanSpan span;
    span.text = text;
    const std::size_t colon = text.find(':');
    const std::size_t slash = text.rfind('/');
    if (colon == std::string_view::npos || slash == std::string_view::npos || slash < colon) {
        refuse(text,
               fmt::format("REGION:DATE/LENGTH such as qinghai:{}-05-20/7d", system.info.year));
    }
    const std::string_view region = text.substr(0, colon);
    const auto found = std::find(system.regions.name.begin(), system.regions.name.end(), region);
    if (found == system.regions.name.end() && region != "all") {
        refuse(region, fmt::format("a region ({}) or all", fmt::join(system.regions.name, ", ")));
    }
    span.region = region == "all" ? -1 : static_cast<int>(found - system.regions.name.begin());
    const std::string_view date = text.substr(colon + 1, slash - colon - 1);
    span.from_hour = hour_of_date(date, system.info.year);
    if (span.from_hour < 0) {
        refuse(date, fmt::format("a date of {} such as {}-05-20 or {}-05-20T06", system.info.year,
                                 system.info.year, system.info.year));
    }
    const int hours = hours_of_length(text.substr(slash + 1));
    if (hours == 0 || span.from_hour + hours > hours_per_year) {
        refuse(text.substr(slash + 1),
               "a length in days or hours such as 7d or 36h, within the year");
    }
    span.to_hour = span.from_hour + hours;
    return span;
}

std::vector<CleanSpan> parse_clean_spans(const System& system, std::string_view text) {
    std::vector<CleanSpan> spans;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(';'), text.size());
        std::string_view one = text.substr(0, end);
        one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
        if (!one.empty()) {
            spans.push_back(parse_clean_span(system, one));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return spans;
}

// CS-1  units in service <= those that must run, in every hour of the span
HeldOff hold_clean(System& system, const CleanSpan& span, Span run) {
    HeldOff held;
    const int first = std::max(run.begin - span.from_hour, 0);
    const int last = std::min(run.begin + run.hours, span.to_hour) - span.from_hour;
    held.hours = std::max(last - first, 0);
    const Span hours{span.from_hour, span.to_hour - span.from_hour};
    for (std::size_t i = 0; i < system.thermal.bus.size(); ++i) {
        const auto bus = static_cast<std::size_t>(system.thermal.bus[i]);
        const auto fuel = static_cast<std::size_t>(system.thermal.fuel[i]);
        const bool elsewhere = span.region >= 0 && system.buses.region[bus] != span.region;
        if (elsewhere || system.fuels.co2_t_per_gj[fuel] <= 0.0) {
            continue;
        }
        const int plant = static_cast<int>(i);
        const std::vector<int> available = available_units(system, plant, hours);
        const Integers must_run = required_units(system, plant);
        std::vector<int> off(available.size());
        for (std::size_t t = 0; t < off.size(); ++t) {
            const int needed = must_run[static_cast<std::size_t>(span.from_hour) + t];
            off[t] = std::max(0, available[t] - needed);
        }
        for (std::size_t t = 0; t < off.size();) {
            std::size_t end = t + 1;
            while (end < off.size() && off[end] == off[t]) {
                ++end;
            }
            if (off[t] > 0) {
                append_outage(system, plant, span.from_hour + static_cast<int>(t),
                              span.from_hour + static_cast<int>(end), off[t], span);
            }
            t = end;
        }
        const auto of_run =
            std::span(off).subspan(static_cast<std::size_t>(held.hours > 0 ? first : 0),
                                   static_cast<std::size_t>(held.hours));
        const int most = of_run.empty() ? 0 : *std::max_element(of_run.begin(), of_run.end());
        held.clusters += most > 0 ? 1 : 0;
        held.units += most;
    }
    return held;
}

} // namespace longyang::grid
