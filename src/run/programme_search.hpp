#pragma once

#include "base/error.hpp"
#include "lp/flat.hpp"
#include "powerflow/limits.hpp"
#include "run/programme.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

namespace longyang::run {

/// The state of the search of engine highs for a schedule.
struct ProgrammeSearch {
    std::optional<Programme::Solution> best;   ///< the solution that the schedule is taken from
    std::optional<powerflow::FlowCheck> flows; ///< of it
    lp::Optimality optimality;                 ///< of it, in the programme that it solves
    double relaxed_bound_cny = -lp::infinity;  ///< by weak duality
    double integer_bound_cny = -lp::infinity;  ///< HiGHS's own
    Exit end = Exit::ok;
    std::string end_words;
    bool relaxed = false; ///< `best` comes from a relaxed solve
    solve::highs::Method method = solve::highs::Method::simplex; ///< of relaxed solves

    /// Of the programme that `best` solves: an integer bound says nothing of a relaxed one.
    [[nodiscard]] double bound_cny() const {
        return relaxed ? relaxed_bound_cny : std::max(relaxed_bound_cny, integer_bound_cny);
    }
    [[nodiscard]] double gap() const {
        return (best->cost - bound_cny()) / std::max(std::abs(best->cost), 1.0);
    }
    /// Whether a solution takes the place of `best`: a schedule of whole units goes before a
    /// relaxed one, then one that keeps all limits of the network before one that does not, then
    /// the cheaper one. Of two that break limits the later one knows more of them.
    [[nodiscard]] bool is_beaten_by(const Programme::Solution& solution, bool of_relaxed,
                                    const powerflow::FlowCheck& of_flows) const;
};

} // namespace longyang::run
