#pragma once

#include "base/comm.hpp"
#include "lp/coupling.hpp"
#include "model/blocks.hpp"
#include "powerflow/limits.hpp"
#include "run/grid_factors.hpp"

#include <cstddef>
#include <set>
#include <span>
#include <tuple>
#include <vector>

namespace longyang::run {

/// A limit of a branch or section that is a row of the programme.
struct Limit {
    powerflow::LimitViolation::Kind kind = powerflow::LimitViolation::Kind::branch;
    int item = 0;
    int hour = 0;
    std::size_t row = 0;                   ///< of the coupling rows
    double lower_mw = 0.0, upper_mw = 0.0; ///< of the flow
};

/// Limits of branches and sections that have entered a programme (NW-2, NW-3), and sections'
/// contracts (CT-2). The same on all ranks.
class LimitRows {
public:
    LimitRows(const Comm& comm, const model::Context& context);

    /// Sums of sections' flows enter for their contracts. Collective.
    void add_section_contracts(const GridFactors& grid, lp::Coupling& coupling);
    /// Adds rows for violated limits that have none yet; gives how many. Collective.
    std::size_t add(const GridFactors& grid, std::span<const powerflow::LimitViolation> violations,
                    lp::Coupling& coupling);

    [[nodiscard]] const std::vector<Limit>& list() const { return limits_; }

private:
    struct FlowPattern {
        int pattern = -1;
        double offset_mw = 0.0;
    };
    /// Patterns of a stage of the network, by branch and by section.
    struct StagePatterns {
        std::vector<FlowPattern> branch, section;
    };
    StagePatterns& of_stage(std::size_t stage);
    FlowPattern& flow_pattern(std::size_t stage, powerflow::LimitViolation::Kind kind, int item);
    void make_patterns(const GridFactors& grid, std::size_t stage, const std::vector<int>& branches,
                       const std::vector<int>& sections, lp::Coupling& coupling);

    const Comm& comm_;
    const model::Context& context_;
    std::vector<StagePatterns> patterns_;
    std::vector<Limit> limits_;
    std::set<std::tuple<powerflow::LimitViolation::Kind, int, int>> known_; ///< kind, item, hour
};

} // namespace longyang::run
