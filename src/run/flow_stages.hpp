#pragma once

#include "base/comm.hpp"
#include "base/error.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "partition/partition.hpp"
#include "powerflow/ac_hours.hpp"
#include "powerflow/ac_injections.hpp"
#include "powerflow/ac_network.hpp"
#include "run/grid_factors.hpp"
#include "run/options.hpp"

#include <optional>
#include <string>
#include <vector>

/// The stages of `longyang flow`, one function each.
namespace longyang::run {

/// What the stages look at; the same on every rank but for `grid.factors`.
struct FlowContext {
    const Comm& comm;
    const RunOptions& options;
    const grid::System& system;
    const partition::Owners& owners;
    const GridFactors& grid;
    const grid::Schedule& schedule; ///< whole on every rank
    /// Reactive and active injections; what a given dispatch states is in them.
    powerflow::AcInjections injections;
    /// Nothing where no machine or svc holds a voltage on some island.
    std::optional<powerflow::AcNetwork> ac_network;
    /// Buses x hours, balanced on every island; this rank's part: whole on the root, zeros
    /// elsewhere.
    std::vector<double> dc_injection_mw;
    double imbalance_mw = 0.0; ///< largest of an hour that was taken up to balance it
    /// Left by stage `ac` for `ac_outages`, where that is asked for.
    std::optional<powerflow::AcHoursAnswer> ac_answer;
};

/// What a stage has to tell.
struct FlowFinding {
    std::string words; ///< printed by the root
    Exit end = Exit::ok;
};

/// Each is collective.
[[nodiscard]] FlowFinding dc_flow_stage(FlowContext& context);
[[nodiscard]] FlowFinding outage_stage(FlowContext& context);
[[nodiscard]] FlowFinding ac_flow_stage(FlowContext& context);
/// Nothing unless option `ac_n1` is given and stage `ac` ran.
[[nodiscard]] FlowFinding ac_outage_stage(FlowContext& context);
/// Nothing to say where the case has no HVDC lines or no machines.
[[nodiscard]] FlowFinding security_stage(FlowContext& context);

struct FlowStage {
    const char* name;
    FlowFinding (*work)(FlowContext&);
};

/// In the order in which they run. A new stage is one line here and one function.
inline constexpr FlowStage flow_stages[] = {
    {"dc", dc_flow_stage},           {"outages", outage_stage},    {"ac", ac_flow_stage},
    {"ac_outages", ac_outage_stage}, {"security", security_stage},
};

} // namespace longyang::run
