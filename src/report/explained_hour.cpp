#include "report/explained_hour.hpp"

#include "grid/calendar.hpp"
#include "report/text_table.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>
#include <vector>

namespace longyang::report {
namespace {

using security::ExplainedHour;
using security::ExplainedLine;
using security::ExportCause;

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

/// Machines of one kind in one region.
struct Running {
    double machines = 0.0, of = 0.0, s_mva = 0.0, energy_mws = 0.0, output_mw = 0.0;

    void add(const grid::Machines& t, std::size_t m, double connected, double unit_mw) {
        machines += connected;
        of += t.units[m];
        s_mva += connected * t.s_mva[m];
        energy_mws += connected * t.s_mva[m] * t.inertia_s[m];
        output_mw += connected * unit_mw;
    }
    [[nodiscard]] Cells cells(std::string region, std::string kind) const {
        return {std::move(region),   std::move(kind),  number(machines, 0),
                number(of, 0),       number(s_mva, 0), number(energy_mws / 1000.0, 1),
                number(output_mw, 0)};
    }
};

std::string machines(const grid::System& system, const ExplainedHour& hour) {
    const grid::Machines& t = system.machines;
    std::map<std::pair<int, std::string>, Running> running;
    Running all;
    for (std::size_t m = 0; m < t.bus.size(); ++m) {
        const std::string kind = t.plant_table[m].empty() ? t.kind[m]
                                 : t.kind[m] == "generator"
                                     ? t.plant_table[m]
                                     : fmt::format("{} ({})", t.kind[m], t.plant_table[m]);
        running[{system.buses.region[at(t.bus[m])], kind}].add(t, m, hour.connected[m],
                                                               hour.unit_mw[m]);
        all.add(t, m, hour.connected[m], hour.unit_mw[m]);
    }
    std::vector<Cells> cells;
    cells.reserve(running.size() + 1);
    for (const auto& [key, sum] : running) {
        cells.push_back(sum.cells(system.regions.name[at(key.first)], key.second));
    }
    cells.push_back(all.cells("all", ""));
    return "\nMachines connected\n" +
           text_table({"", "kind", "machines", "of", "MVA", "GW s", "MW"}, cells);
}

bool limits_lines(std::size_t cause) {
    return static_cast<ExportCause>(cause) != ExportCause::stations;
}

std::string limits(const grid::System& system, const ExplainedHour& hour) {
    Cells header = {"", "sent MW", "limit MW", "by", "margin MW"};
    for (std::size_t c = 0; c < security::export_causes; ++c) {
        if (limits_lines(c)) {
            header.emplace_back(security::name_of(static_cast<ExportCause>(c)));
        }
    }
    std::vector<Cells> cells;
    for (std::size_t k = 0; k < hour.lines.size(); ++k) {
        const ExplainedLine& line = hour.lines[k];
        Cells row = {system.hvdc.name[k], number(line.power_mw, 0), number(line.least_mw, 0),
                     security::name_of(line.cause), number(line.margin_mw, 0)};
        for (std::size_t c = 0; c < security::export_causes; ++c) {
            if (limits_lines(c)) {
                row.push_back(number(line.by_cause_mw[c], 0));
            }
        }
        cells.push_back(std::move(row));
    }
    return "\nLimits of each line, MW\n" + text_table(header, cells);
}

std::string strengths(const grid::System& system, const ExplainedHour& hour) {
    std::vector<Cells> cells;
    for (std::size_t k = 0; k < hour.lines.size(); ++k) {
        const ExplainedLine& line = hour.lines[k];
        cells.push_back(
            {system.hvdc.name[k], system.buses.name[at(system.hvdc.bus[k])],
             number(line.strength_mva, 0), number(line.ratio, 2),
             number(line.multi_infeed_ratio, 2), number(line.station_ratio, 2),
             line.weakest_station < 0 ? "-" : system.buses.name[at(line.weakest_station)],
             number(line.voltage_pu, 3)});
    }
    return "\nWhat they come from\n" +
           text_table({"", "converter", "S MVA", "ratio", "multi-infeed", "stations", "weakest",
                       "voltage after block pu"},
                      cells);
}

/// What a measure is of, and what it brings.
void add_measure(const security::BestMeasure& best, const grid::Names& names, Cells& row) {
    row.push_back(best.item < 0 ? "-" : names[at(best.item)]);
    row.push_back(best.item < 0 ? "-" : number(best.more_mw, 0));
}

std::string measures(const grid::System& system, const ExplainedHour& hour) {
    std::vector<Cells> cells;
    for (std::size_t k = 0; k < hour.lines.size(); ++k) {
        const ExplainedLine& line = hour.lines[k];
        if (line.cause == ExportCause::plan) {
            continue; // its own rating: nothing on the grid's side helps
        }
        Cells row = {system.hvdc.name[k], security::name_of(line.cause)};
        add_measure(line.unit, system.machines.name, row);
        add_measure(line.condenser, system.buses.name, row);
        add_measure(line.branch, system.branches.name, row);
        cells.push_back(std::move(row));
    }
    if (cells.empty()) {
        return "\nEvery line is limited by its own rating alone.\n";
    }
    const security::TrialMachine condenser;
    return "\nWhat would raise a limit the most, each by itself\n" +
           text_table({"", "limited by", "one more machine of", "MW",
                       fmt::format("a condenser of {:.0f} MVA at", condenser.s_mva), "MW",
                       "a circuit beside", "MW"},
                      cells);
}

} // namespace

std::string explained_hour(const grid::System& system, grid::Span span,
                           const security::ExplainedHour& hour) {
    return fmt::format(
               "\nThe hour {}\n",
               grid::date_of_hour(span.begin + static_cast<int>(hour.hour), system.info.year)) +
           machines(system, hour) + limits(system, hour) + strengths(system, hour) +
           measures(system, hour);
}

} // namespace longyang::report
