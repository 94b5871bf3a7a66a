#include "run/conflict.hpp"

#include "grid/calendar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace longyang::run {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 90> meanings = {{
    {"TH-1", "starts and stops change the number of units on"},
    {"TH-2", "minimum time on"},
    {"TH-3", "minimum time off"},
    {"TH-5", "capacity, start and stop ramps"},
    {"TH-6", "ramp"},
    {"TH-7", "least output of running units"},
    {"TH-8", "segment of the heat curve"},
    {"TH-9", "start tier"},
    {"TH-10", "reserve limit"},
    {"HY-1", "water balance"},
    {"HY-3", "least release"},
    {"HY-4", "largest release"},
    {"HY-5", "storage at the end of the span"},
    {"HY-7", "head segment"},
    {"HY-8", "capacity with reserve, water behind it"},
    {"ST-1", "energy balance of the store"},
    {"ST-2", "energy at the end of the span"},
    {"ST-3", "power with reserve"},
    {"ST-4", "energy behind the reserve"},
    {"FL-1", "energy balance of the flexible load"},
    {"FL-4", "power and energy with reserve"},
    {"RN-2", "downward reserve within output"},
    {"HV-2", "power in steps"},
    {"HV-3", "ramp from block to block"},
    {"HV-4", "changes in a day"},
    {"HV-5", "power delivered after losses"},
    {"HV-6", "power that the receiving end asks for"},
    {"CT-1", "energy contract of an HVDC line"},
    {"CT-2", "energy contract of a section"},
    {"PT-1", "renewable quota of a region"},
    {"PT-2", "balance of certificates"},
    {"PT-3", "clean share of generation"},
    {"PT-4", "cap on emissions"},
    {"TH-16", "energy limit of thermal plants"},
    {"TH-18", "heat that power blocks take of a store"},
    {"TH-19", "captured CO2"},
    {"RE-1", "spinning reserve requirement"},
    {"RE-2", "non-spinning reserve requirement"},
    {"NW-1", "balance of injections"},
    {"NW-2", "limit of a branch"},
    {"NW-3", "limit of a section"},
    {"NW-4", "limit of a connection"},
    {"thermal_on", "units on"},
    {"thermal_start", "units started"},
    {"thermal_stop", "units stopped"},
    {"thermal_start_tier", "units started after a time off"},
    {"thermal_up", "upward reserve, MW"},
    {"thermal_down", "downward reserve, MW"},
    {"thermal_non_spinning", "reserve of units at rest, MW"},
    {"thermal_captured", "captured CO2, t"},
    {"thermal_segment", "output above minimum, MW"},
    {"renewable_output", "output, MW"},
    {"renewable_down", "downward reserve, MW"},
    {"hydro_flow", "flow through the turbines, m3/s"},
    {"hydro_segment", "head segment in force"},
    {"hydro_segment_flow", "flow in a head segment, m3/s"},
    {"hydro_up", "upward reserve, MW"},
    {"hydro_down", "downward reserve, MW"},
    {"hydro_pump", "water lifted by pumps, m3/s"},
    {"reservoir_spill", "spill, m3/s"},
    {"reservoir_storage", "storage, hm3"},
    {"reservoir_release_short", "missing to the least release, m3/s"},
    {"reservoir_terminal_short", "missing to the storage at the end, hm3"},
    {"storage_charge", "charge, MW"},
    {"storage_discharge", "discharge, MW"},
    {"storage_energy", "energy content, MWh"},
    {"storage_spill", "inflow not taken, MW"},
    {"storage_unserved", "demand not served, MW"},
    {"storage_up", "upward reserve, MW"},
    {"storage_down", "downward reserve, MW"},
    {"hvdc_power", "power at the sending end, MW"},
    {"hvdc_level", "steps above the least power"},
    {"hvdc_delivered", "power delivered, MW"},
    {"hvdc_change", "change of the power into a block"},
    {"hvdc_missing", "power missing to what is asked for, MW"},
    {"dc_link_forward", "power sent from from_bus, MW"},
    {"dc_link_backward", "power sent from to_bus, MW"},
    {"load_shed", "load shed, MW"},
    {"flexible_draw", "draw above its least, MW"},
    {"flexible_give", "power given back, MW"},
    {"flexible_energy", "content or demand owed, MWh"},
    {"flexible_spill", "own generation or budget not used, MW"},
    {"flexible_unserved", "demand not served, MW"},
    {"flexible_up", "upward reserve, MW"},
    {"flexible_down", "downward reserve, MW"},
    {"reserve_shared", "reserve shared, MW"},
    {"reserve_short", "reserve missing, MW"},
    {"contract_short", "energy missing to the contract, MWh"},
    {"target_short", "energy missing to the target, MWh"},
    {"emission_excess", "CO2 beyond the cap, t"},
}};

std::string limits_words(double lower, double upper) {
    if (lower == upper) {
        return fmt::format("= {:.6g}", lower);
    }
    if (!std::isfinite(lower)) {
        return fmt::format("<= {:.6g}", upper);
    }
    return std::isfinite(upper) ? fmt::format("from {:.6g} to {:.6g}", lower, upper)
                                : fmt::format(">= {:.6g}", lower);
}

/// The block that a flat row or column belongs to: `first` has one entry more than there are
/// blocks.
std::size_t block_at(const std::vector<int>& first, int number) {
    return static_cast<std::size_t>(std::upper_bound(first.begin(), first.end(), number) -
                                    first.begin()) -
           1;
}

std::string when(const model::Context& context, int hour) {
    return hour < 0 ? std::string("the span")
                    : fmt::format(
                          "hour {} ({})", hour,
                          grid::date_of_hour(context.hour_of_year(hour), context.system.info.year));
}

std::string of_block(const model::Context& context, const lp::Block& block, lp::Label label,
                     double lower, double upper) {
    const std::string& family = block.families[static_cast<std::size_t>(label.family)];
    return fmt::format("{}: {}, {}: {}", when(context, label.hour), block.name, rule_words(family),
                       limits_words(lower, upper));
}

} // namespace

std::string rule_words(const std::string& family) {
    const auto found = std::find_if(meanings.begin(), meanings.end(),
                                    [&](const auto& entry) { return family == entry.first; });
    if (found == meanings.end()) {
        return family;
    }
    const bool tag = family.find('-') != std::string::npos;
    return tag ? fmt::format("{} ({})", found->second, family) : found->second;
}

std::string describe_conflict(const model::Context& context, std::span<const lp::Block> blocks,
                              const lp::Coupling& coupling, const lp::FlatProgramme& programme,
                              const solve::highs::Engine::Conflict& conflict) {
    if (conflict.rows.empty() && conflict.columns.empty()) {
        return "no small set of limits that fight each other was found; the programme has no "
               "schedule with whole units, or the search ran out of time (try --relax)";
    }
    std::string words = "these cannot hold together:";
    std::set<std::string> lines; // in order, each once
    for (const int row : conflict.rows) {
        const auto r = static_cast<std::size_t>(row);
        const double lower = programme.rows.lower[r];
        const double upper = programme.rows.upper[r];
        if (row >= programme.first_row.back()) {
            const auto& coupled =
                coupling.rows[r - static_cast<std::size_t>(programme.first_row.back())];
            const auto& pattern = coupling.patterns[static_cast<std::size_t>(coupled.pattern)];
            const int hour = coupled.end == coupled.begin + 1 ? coupled.begin : -1;
            lines.insert(fmt::format("{}: {}, {}: {} (constant loads moved to the right)",
                                     when(context, hour), pattern.name, rule_words(pattern.tag),
                                     limits_words(lower, upper)));
        } else {
            const std::size_t b = block_at(programme.first_row, row);
            const auto label =
                blocks[b].row_label[r - static_cast<std::size_t>(programme.first_row[b])];
            lines.insert(of_block(context, blocks[b], label, lower, upper));
        }
    }
    // Hundreds of plants may stand at one balance: those with the same kind of column in the same
    // hour share a line.
    std::map<std::pair<int, std::string>, std::vector<std::string>> alike;
    for (const int column : conflict.columns) {
        const auto c = static_cast<std::size_t>(column);
        const std::size_t b = block_at(programme.first_column, column);
        const auto label =
            blocks[b].column_label[c - static_cast<std::size_t>(programme.first_column[b])];
        alike[{label.hour, blocks[b].families[static_cast<std::size_t>(label.family)]}].push_back(
            of_block(context, blocks[b], label, programme.lower[c], programme.upper[c]));
    }
    constexpr std::size_t shown_one_by_one = 5;
    for (const auto& [key, members] : alike) {
        if (members.size() <= shown_one_by_one) {
            lines.insert(members.begin(), members.end());
        } else {
            lines.insert(
                fmt::format("{} (and {} more of this kind)", members.front(), members.size() - 1));
        }
    }
    constexpr std::size_t most = 40;
    std::size_t shown = 0;
    for (const std::string& line : lines) {
        if (shown++ == most) {
            words += fmt::format("\n  ... and {} more", lines.size() - most);
            break;
        }
        words += "\n  " + line;
    }
    return words;
}

} // namespace longyang::run
