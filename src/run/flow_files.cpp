#include "run/flow_files.hpp"

#include <fmt/format.h>
#include <fmt/os.h>

#include <cstring>
#include <filesystem>
#include <numbers>
#include <system_error>

namespace longyang::run {
namespace {

/// A file of the folder, with its header written.
fmt::ostream open(const FlowContext& c, const char* name, const char* header) {
    const std::filesystem::path folder = c.options.tables;
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    try {
        fmt::ostream file = fmt::output_file((folder / name).string());
        file.print("{}\n", header);
        return file;
    } catch (const std::system_error& e) {
        throw Error(Exit::file, fmt::format("{}: {}", (folder / name).string(), e.what()));
    }
}

} // namespace

void write_dc_flows(const FlowContext& c, std::span<const double> branch_mw) {
    if (c.options.tables.empty()) {
        return;
    }
    const std::size_t hours = c.schedule.span.size();
    const auto flows = gather_bytes(c.comm, std::as_bytes(branch_mw));
    const auto branches = gather_bytes(c.comm, std::as_bytes(std::span(c.grid.factors.branch)));
    on_root(c.comm, [&] {
        fmt::ostream file = open(c, "dc_branches.csv", "hour,branch,flow_mw");
        for (std::size_t rank = 0; rank < flows.size(); ++rank) {
            const std::vector<double> of_rank = numbers_of(flows[rank]);
            std::vector<int> row(branches[rank].size() / sizeof(int));
            std::memcpy(row.data(), branches[rank].data(), branches[rank].size());
            for (std::size_t k = 0; k < row.size(); ++k) {
                for (std::size_t h = 0; h < hours; ++h) {
                    file.print("{},{},{:.12g}\n", c.schedule.span.begin + static_cast<int>(h),
                               c.system.branches.name[static_cast<std::size_t>(row[k])],
                               of_rank[k * hours + h]);
                }
            }
        }
    });
}

void write_ac_flows(const FlowContext& c, const powerflow::AcHoursAnswer& answer) {
    if (c.options.tables.empty()) {
        return;
    }
    on_root(c.comm, [&] {
        fmt::ostream buses = open(c, "ac_buses.csv", "hour,bus,v_pu,angle_deg");
        fmt::ostream branches =
            open(c, "ac_branches.csv", "hour,branch,from_mw,from_mvar,to_mw,to_mvar");
        for (std::size_t h = 0; h < answer.hours; ++h) {
            if (answer.status[h] == kernels::AcStatus::not_converged) {
                continue;
            }
            const int hour = c.schedule.span.begin + static_cast<int>(h);
            const powerflow::HourVoltages v = powerflow::voltages_of(answer, h);
            for (std::size_t b = 0; b < answer.buses; ++b) {
                buses.print("{},{},{:.15g},{:.15g}\n", hour, c.system.buses.name[b], v.v_pu[b],
                            v.angle_rad[b] * 180.0 / std::numbers::pi);
            }
            for (std::size_t l = 0; l < c.system.branches.x_pu.size(); ++l) {
                const auto flow = powerflow::ac_branch_flow(c.system, l, v.v_pu, v.angle_rad);
                branches.print("{},{},{:.12g},{:.12g},{:.12g},{:.12g}\n", hour,
                               c.system.branches.name[l], flow.from_mw, flow.from_mvar, flow.to_mw,
                               flow.to_mvar);
            }
        }
    });
}

} // namespace longyang::run
