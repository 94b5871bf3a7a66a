#include "run/flow_files.hpp"

#include "base/whole_file.hpp"
#include "caseio/csv_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <numbers>
#include <string_view>
#include <system_error>
#include <utility>

namespace longyang::run {
namespace {

/// A table of the folder that option `tables` names.
class TableFile {
public:
    TableFile(const FlowContext& c, const char* name, std::string_view header)
        : file_((folder(c) / name).string()) {
        print("{}\n", header);
    }
    template <class... Cells>
    void print(fmt::format_string<Cells...> words, Cells&&... cells) {
        fmt::format_to(std::back_inserter(rows_), words, std::forward<Cells>(cells)...);
        if (rows_.size() > most_bytes) {
            flush();
        }
    }
    void finish() {
        flush();
        file_.finish();
    }

private:
    static constexpr std::size_t most_bytes = std::size_t{1} << 16U;

    /// Made where it is not there; a failure shows with the file.
    static std::filesystem::path folder(const FlowContext& c) {
        std::filesystem::path folder = c.options.tables;
        std::error_code error;
        std::filesystem::create_directories(folder, error);
        return folder;
    }
    void flush() {
        file_.write({rows_.data(), rows_.size()});
        rows_.clear();
    }

    WholeFile file_;
    fmt::memory_buffer rows_;
};

/// A number of a table, empty where there is none.
std::string cell(double value) {
    return std::isfinite(value) ? fmt::format("{:.10g}", value) : "";
}

/// Of a row; empty where there is none.
std::string name_at(const grid::Names& names, int row) {
    return row < 0 ? "" : caseio::csv_cell(names[static_cast<std::size_t>(row)]);
}

std::string export_header() {
    std::string header = "hour,line,p_mw,limit_mw,cause,margin_mw";
    for (std::size_t k = 0; k < security::export_causes; ++k) {
        header += fmt::format(",{}_mw", security::name_of(static_cast<security::ExportCause>(k)));
    }
    return header + ",strength_mva,short_circuit_ratio,multi_infeed_ratio,station_ratio,"
                    "weakest_station,voltage_after_block_pu";
}

void write_export_row(TableFile& file, const FlowContext& c, const security::OperatingState& state,
                      const security::ExportLimits& limits, std::size_t i) {
    const std::size_t hours = limits.least_mw.hours;
    file.print("{},{},{},{},{},{}", c.schedule.span.begin + static_cast<int>(i % hours),
               name_at(c.system.hvdc.name, static_cast<int>(i / hours)),
               cell(state.hvdc_mw.values[i]), cell(limits.least_mw.values[i]),
               security::name_of(limits.cause[i]), cell(limits.margin_mw.values[i]));
    for (const grid::HourTable& by_cause : limits.by_cause_mw) {
        file.print(",{}", cell(by_cause.values[i]));
    }
    const int station = limits.weakest_station[i];
    file.print(",{},{},{},{},{},{}\n", cell(limits.line_mva.values[i]),
               cell(limits.ratio.values[i]), cell(limits.multi_infeed_ratio.values[i]),
               cell(limits.station_ratio.values[i]), name_at(c.system.buses.name, station),
               cell(limits.voltage_pu.values[i]));
}

/// What a worst one is of, besides the row's own.
enum class Of : unsigned char { hour, outage, branch, bus };

/// Cells of a worst one: its value, place, outage and hour, without that of the row's own.
std::string worst_cells(const FlowContext& c, const kernels::AcWorst& worst, double value, Of own,
                        bool branch) {
    const grid::Names& places = branch ? c.system.branches.name : c.system.buses.name;
    const bool none = worst.place < 0;
    std::string cells = fmt::format(",{}", none ? "" : cell(value));
    if (own != (branch ? Of::branch : Of::bus)) {
        cells += fmt::format(",{}", name_at(places, worst.place));
    }
    if (own != Of::outage) {
        cells += fmt::format(",{}", name_at(c.system.branches.name, worst.outage));
    }
    if (own != Of::hour) {
        cells += none ? "," : fmt::format(",{}", c.schedule.span.begin + worst.hour);
    }
    return cells;
}

/// The highest loading, and how many ratings are broken.
std::string loading_cells(const FlowContext& c, const kernels::AcWorsts& w, Of own) {
    return worst_cells(c, w.loading, 100.0 * w.loading.value, own, true) +
           fmt::format(",{}", w.overloads);
}

/// The lowest and the highest voltage for their bands, and how many are outside.
std::string voltage_cells(const FlowContext& c, const kernels::AcWorsts& w, Of own) {
    const auto end = [](const grid::Numbers& of, int bus) {
        return bus < 0 ? 0.0 : of[static_cast<std::size_t>(bus)];
    };
    return worst_cells(c, w.low, w.low.value + end(c.system.buses.v_min_pu, w.low.place), own,
                       false) +
           worst_cells(c, w.high, end(c.system.buses.v_max_pu, w.high.place) - w.high.value, own,
                       false) +
           fmt::format(",{}", w.outside);
}

} // namespace

void write_ac_outages(const FlowContext& c, const security::AcOutageCheck& check) {
    if (c.options.tables.empty()) {
        return;
    }
    on_root(c.comm, [&] {
        const kernels::AcOutageAnswers& found = check.found;
        TableFile hours(c, "ac_n1_hours.csv",
                        "hour,loading_percent,branch,branch_outage,overloads,v_low_pu,low_bus,"
                        "low_outage,v_high_pu,high_bus,high_outage,outside,not_solved");
        for (std::size_t t = 0; t < found.by_hour.size(); ++t) {
            const kernels::AcWorsts& w = found.by_hour[t];
            // An hour that is not solved intact was not looked at: nothing is known of it.
            if (c.ac_answer->status[t] == kernels::AcStatus::not_converged) {
                hours.print("{}{}\n", c.schedule.span.begin + static_cast<int>(t),
                            std::string(12, ','));
                continue;
            }
            hours.print("{}{}{},{}\n", c.schedule.span.begin + static_cast<int>(t),
                        loading_cells(c, w, Of::hour), voltage_cells(c, w, Of::hour), w.not_solved);
        }
        hours.finish();
        TableFile outages(c, "ac_n1_outages.csv",
                          "outage,loading_percent,branch,branch_hour,overloads,v_low_pu,low_bus,"
                          "low_hour,v_high_pu,high_bus,high_hour,outside,not_solved");
        for (std::size_t o = 0; o < found.by_outage.size(); ++o) {
            const kernels::AcWorsts& w = found.by_outage[o];
            outages.print("{}{}{},{}\n", caseio::csv_cell(c.system.branches.name[o]),
                          loading_cells(c, w, Of::outage), voltage_cells(c, w, Of::outage),
                          w.not_solved);
        }
        outages.finish();
        TableFile branches(c, "ac_n1_branches.csv", "branch,loading_percent,outage,hour,overloads");
        for (std::size_t l = 0; l < found.by_branch.size(); ++l) {
            branches.print("{}{}\n", caseio::csv_cell(c.system.branches.name[l]),
                           loading_cells(c, found.by_branch[l], Of::branch));
        }
        branches.finish();
        TableFile buses(c, "ac_n1_buses.csv",
                        "bus,v_low_pu,low_outage,low_hour,v_high_pu,high_outage,high_hour,outside");
        for (std::size_t b = 0; b < found.by_bus.size(); ++b) {
            buses.print("{}{}\n", caseio::csv_cell(c.system.buses.name[b]),
                        voltage_cells(c, found.by_bus[b], Of::bus));
        }
        buses.finish();
        TableFile left(c, "ac_n1_not_solved.csv", "outage,hour,bus,mismatch_mva");
        for (const kernels::AcOutageLeft& l : found.left) {
            left.print("{},{},{},{}\n", name_at(c.system.branches.name, l.outage),
                       c.schedule.span.begin + l.hour, name_at(c.system.buses.name, l.bus),
                       cell(l.mismatch_pu * c.system.info.base_mva));
        }
        left.finish();
    });
}

void write_dc_flows(const FlowContext& c, std::span<const double> branch_mw) {
    if (c.options.tables.empty()) {
        return;
    }
    const std::size_t hours = c.schedule.span.size();
    const auto flows = gather_bytes(c.comm, std::as_bytes(branch_mw));
    const auto branches = gather_bytes(c.comm, std::as_bytes(std::span(c.grid.factors().branch)));
    on_root(c.comm, [&] {
        std::vector<double> flow_mw(c.system.branches.x_pu.size() * hours);
        for (std::size_t rank = 0; rank < flows.size(); ++rank) {
            const std::vector<double> of_rank = numbers_of(flows[rank]);
            std::vector<int> row(branches[rank].size() / sizeof(int));
            std::memcpy(row.data(), branches[rank].data(), branches[rank].size());
            for (std::size_t k = 0; k < row.size(); ++k) {
                std::copy_n(of_rank.begin() + static_cast<std::ptrdiff_t>(k * hours), hours,
                            flow_mw.begin() + static_cast<std::ptrdiff_t>(
                                                  static_cast<std::size_t>(row[k]) * hours));
            }
        }
        TableFile file(c, "dc_branches.csv", "hour,branch,flow_mw");
        for (std::size_t i = 0; i < flow_mw.size(); ++i) {
            file.print("{},{},{:.12g}\n", c.schedule.span.begin + static_cast<int>(i % hours),
                       name_at(c.system.branches.name, static_cast<int>(i / hours)), flow_mw[i]);
        }
        file.finish();
    });
}

void write_ac_flows(const FlowContext& c, const powerflow::AcHoursAnswer& answer) {
    if (c.options.tables.empty()) {
        return;
    }
    on_root(c.comm, [&] {
        TableFile buses(c, "ac_buses.csv", "hour,bus,v_pu,angle_deg");
        TableFile branches(c, "ac_branches.csv", "hour,branch,from_mw,from_mvar,to_mw,to_mvar");
        for (std::size_t h = 0; h < answer.hours; ++h) {
            if (answer.status[h] == kernels::AcStatus::not_converged) {
                continue;
            }
            const int hour = c.schedule.span.begin + static_cast<int>(h);
            const powerflow::HourVoltages v = powerflow::voltages_of(answer, h);
            for (std::size_t b = 0; b < answer.buses; ++b) {
                buses.print("{},{},{:.15g},{:.15g}\n", hour,
                            caseio::csv_cell(c.system.buses.name[b]), v.v_pu[b],
                            v.angle_rad[b] * 180.0 / std::numbers::pi);
            }
            for (std::size_t l = 0; l < c.system.branches.x_pu.size(); ++l) {
                const auto flow = powerflow::ac_branch_flow(c.system, l, v.v_pu, v.angle_rad);
                branches.print("{},{},{:.12g},{:.12g},{:.12g},{:.12g}\n", hour,
                               caseio::csv_cell(c.system.branches.name[l]), flow.from_mw,
                               flow.from_mvar, flow.to_mw, flow.to_mvar);
            }
        }
        buses.finish();
        branches.finish();
    });
}

void write_export_limits(const FlowContext& c, const security::OperatingState& state,
                         const security::ExportLimits& limits) {
    if (c.options.tables.empty()) {
        return;
    }
    on_root(c.comm, [&] {
        TableFile file(c, "export_limits.csv", export_header());
        for (std::size_t i = 0; i < limits.least_mw.values.size(); ++i) {
            write_export_row(file, c, state, limits, i);
        }
        file.finish();
        TableFile duration(c, "export_duration.csv", "line,hours,limit_mw");
        const auto all = security::summarise(c.system, state, limits);
        for (std::size_t k = 0; k < all.size(); ++k) {
            for (std::size_t h = 0; h < all[k].duration_mw.size(); ++h) {
                duration.print("{},{},{}\n", caseio::csv_cell(c.system.hvdc.name[k]), h + 1,
                               cell(all[k].duration_mw[h]));
            }
        }
        duration.finish();
    });
}

void write_explained_hours(const FlowContext& c, std::span<const security::ExplainedHour> hours) {
    if (c.options.tables.empty() || hours.empty()) {
        return;
    }
    on_root(c.comm, [&] {
        TableFile file(c, "explained_machines.csv",
                       "hour,machine,bus,connected,of,p_mw,s_mva,energy_mws");
        const grid::Machines& t = c.system.machines;
        for (const security::ExplainedHour& hour : hours) {
            for (std::size_t m = 0; m < t.bus.size(); ++m) {
                const double count = hour.connected[m];
                if (count > 0.0) {
                    file.print("{},{},{},{},{},{},{},{}\n",
                               c.schedule.span.begin + static_cast<int>(hour.hour),
                               caseio::csv_cell(t.name[m]), name_at(c.system.buses.name, t.bus[m]),
                               cell(count), t.units[m], cell(count * hour.unit_mw[m]),
                               cell(count * t.s_mva[m]), cell(count * t.s_mva[m] * t.inertia_s[m]));
                }
            }
        }
        file.finish();
    });
}

} // namespace longyang::run
