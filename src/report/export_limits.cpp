#include "report/export_limits.hpp"

#include "grid/calendar.hpp"
#include "grid/connected_machines.hpp"
#include "report/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

namespace longyang::report {
namespace {

using security::ExportCause;
using security::ExportLimits;

std::string date(const grid::System& system, grid::Span span, std::size_t t) {
    return grid::date_of_hour(span.begin + static_cast<int>(t), system.info.year);
}

/// 0 .. count - 1 by a key, the least first.
template <class Key>
std::vector<std::size_t> order_by(std::size_t count, const Key& key) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    return order;
}

std::string hours_by_cause(const grid::System& system,
                           const std::vector<security::ExportSummary>& all) {
    Cells header = {""};
    const auto limits_lines = [](std::size_t cause) {
        return static_cast<ExportCause>(cause) != ExportCause::stations;
    };
    for (std::size_t c = 0; c < security::export_causes; ++c) {
        if (limits_lines(c)) {
            header.emplace_back(security::name_of(static_cast<ExportCause>(c)));
        }
    }
    header.insert(header.end(),
                  {"stations weak h", "above limit h", "least margin MW", "sent h", "possible h"});
    std::vector<Cells> cells;
    for (std::size_t k = 0; k < all.size(); ++k) {
        Cells row = {system.hvdc.name[k]};
        for (std::size_t c = 0; c < security::export_causes; ++c) {
            if (limits_lines(c)) {
                row.push_back(fmt::format("{}", all[k].hours_by_cause[c]));
            }
        }
        row.push_back(fmt::format("{}", all[k].stations_weak));
        row.push_back(fmt::format("{}", all[k].violated));
        row.push_back(number(all[k].worst_margin_mw, 0));
        row.push_back(number(all[k].scheduled_h, 0));
        row.push_back(number(all[k].possible_h, 0));
        cells.push_back(std::move(row));
    }
    return "\nHours by what limits each line; what the schedule sends and the limits allow, as "
           "full-load "
           "hours\n" +
           text_table(header, cells);
}

std::string tightest(const grid::System& system, grid::Span span,
                     const security::OperatingState& state, const ExportLimits& limits,
                     std::size_t rows) {
    const std::size_t hours = limits.least_mw.hours;
    auto order = order_by(limits.margin_mw.values.size(),
                          [&](std::size_t i) { return limits.margin_mw.values[i]; });
    order.resize(std::min(rows, order.size()));
    std::vector<Cells> cells;
    for (const std::size_t i : order) {
        const std::size_t k = i / hours;
        const std::size_t t = i % hours;
        const int station = limits.weakest_station[i];
        cells.push_back({date(system, span, t), system.hvdc.name[k],
                         number(state.hvdc_mw.values[i], 0), number(limits.least_mw.values[i], 0),
                         security::name_of(limits.cause[i]), number(limits.line_mva.values[i], 0),
                         number(limits.ratio.values[i], 2),
                         number(limits.multi_infeed_ratio.values[i], 2),
                         number(limits.station_ratio.values[i], 2),
                         station < 0 ? "-" : system.buses.name[static_cast<std::size_t>(station)],
                         number(limits.voltage_pu.values[i], 3)});
    }
    return "\nLeast margins\n" + text_table({"", "line", "MW", "limit MW", "by", "S MVA", "ratio",
                                             "multi-infeed", "stations", "weakest", "voltage pu"},
                                            cells);
}

std::string largest_losses(const grid::System& system, grid::Span span, const ExportLimits& limits,
                           std::size_t rows) {
    const security::Frequency& f = limits.frequency;
    if (!f.inertia && !f.governors) {
        return "";
    }
    const auto size = [&f](const security::LargestLoss& loss) {
        return f.inertia ? (f.governors ? loss.extreme_hz : loss.rocof_hz_per_s) : loss.settled_hz;
    };
    const auto order = order_by(f.loss.size(), [&](std::size_t i) {
        return f.loss[i].machine < 0 ? 0.0 : -size(f.loss[i]);
    });
    const auto said = [](bool known, double value) { return known ? number(value, 3) : "-"; };
    std::vector<Cells> cells;
    for (const std::size_t i : order) {
        const security::LargestLoss& loss = f.loss[i];
        if (loss.machine < 0 || cells.size() == rows) {
            break;
        }
        cells.push_back(
            {date(system, span, i % f.hours),
             system.machines.name[static_cast<std::size_t>(loss.machine)], number(loss.mw, 0),
             number(f.energy_mws[i] / 1000.0, 1), said(f.inertia, loss.rocof_hz_per_s),
             said(f.inertia && f.governors, loss.extreme_hz), said(f.governors, loss.settled_hz)});
    }
    return cells.empty() ? ""
                         : "\nLoss of the largest machine, lowest frequencies\n" +
                               text_table({"", "machine", "MW", "energy GW s", "Hz/s",
                                           "lowest Hz below", "settled Hz below"},
                                          cells);
}

std::string gains_of(const grid::System& system, grid::Span span,
                     const security::OperatingState& state, const ExportGainOfHour& of_hour,
                     std::size_t rows) {
    const security::ExportGain& gain = of_hour.gain;
    const grid::HourTable available =
        grid::available_machines(system, {span.begin + static_cast<int>(of_hour.hour), 1});
    const auto has_another = [&](std::size_t machine) {
        return state.connected.row(machine)[of_hour.hour] + 1.0 <= available.row(machine)[0];
    };
    const std::size_t lines = gain.base_mw.size();
    auto order = order_by(gain.gain_mw.values.size(),
                          [&](std::size_t i) { return -gain.gain_mw.values[i]; });
    std::vector<Cells> cells;
    for (const std::size_t i : order) {
        const std::size_t machine = i / lines;
        const double mw = gain.gain_mw.values[i];
        if (cells.size() == rows || !(mw > 0.5)) {
            break;
        }
        if (!has_another(machine)) {
            continue;
        }
        cells.push_back({system.machines.name[machine], system.hvdc.name[i % lines],
                         number(gain.base_mw[i % lines], 0),
                         security::name_of(gain.cause[i % lines]), number(mw, 0),
                         number(gain.strength_gain_mva.values[i], 0)});
    }
    return cells.empty()
               ? ""
               : fmt::format("\nOne more machine of a row, {}\n",
                             date(system, span, of_hour.hour)) +
                     text_table({"", "line", "limit MW", "by", "more MW", "more MVA"}, cells);
}

} // namespace

std::vector<std::size_t> tightest_hours(const ExportLimits& limits, std::size_t count) {
    const std::size_t hours = limits.least_mw.hours;
    std::vector<double> least(hours, std::numeric_limits<double>::infinity());
    for (std::size_t i = 0; i < limits.margin_mw.values.size(); ++i) {
        least[i % hours] = std::min(least[i % hours], limits.margin_mw.values[i]);
    }
    auto order = order_by(hours, [&](std::size_t t) { return least[t]; });
    order.resize(std::min(count, hours));
    return order;
}

std::string export_summary(const grid::System& system, grid::Span span,
                           const security::OperatingState& state, const ExportLimits& limits,
                           const std::vector<ExportGainOfHour>& gains, std::size_t rows) {
    const auto all = security::summarise(system, state, limits);
    long long violated = 0;
    for (const security::ExportSummary& line : all) {
        violated += line.violated;
    }
    std::string text = fmt::format("Export limits: {} lines in {} hours; {} times the schedule "
                                   "lies more than {:g} MW above a line's limit\n",
                                   all.size(), limits.least_mw.hours, violated, security::kept_mw);
    text += hours_by_cause(system, all);
    text += tightest(system, span, state, limits, rows);
    text += largest_losses(system, span, limits, rows);
    for (const ExportGainOfHour& of_hour : gains) {
        text += gains_of(system, span, state, of_hour, rows);
    }
    return text;
}

} // namespace longyang::report
